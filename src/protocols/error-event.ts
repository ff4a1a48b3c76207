import { type ErrorCode, errorRow } from '../canonical/error.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { errorObject } from './error-body.ts';
import type { StreamPosition } from './protocol.ts';

/** Where the broken stream stood. */
export interface BrokenStream {
  readonly requestId: string;
  readonly message: string;
  /** Responses: what the event continues. */
  readonly position?: StreamPosition | undefined;
  /** Gemini streams without `alt=sse` are a JSON array. */
  readonly framing: 'sse' | 'json-array';
  /** Events were sent before; without any, the error is the first element of the array. */
  readonly begun: boolean;
}

/** The event that tells a client that its stream broke, in the protocol's own shape; the socket is closed after it. */
export function encodeErrorEvent(protocol: ProtocolId, code: ErrorCode, broken: BrokenStream): string {
  const { message, requestId } = broken;
  const row = errorRow(code);
  switch (protocol) {
    case 'openai-chat':
      return `data: ${JSON.stringify({ error: { message, type: row.openaiType, code: row.openaiCode ?? code, param: null } })}\n\n`;
    case 'openai-responses':
      return responseFailed(message, broken);
    case 'anthropic-messages':
      return `event: error\ndata: ${JSON.stringify(errorObject(protocol, code, { message, requestId }))}\n\n`;
    case 'gemini': {
      const event = JSON.stringify({ error: { code: row.http, message, status: row.geminiStatus } });
      return broken.framing === 'sse' ? `data: ${event}\r\n\r\n` : `${broken.begun ? ',' : '['}${event}`;
    }
  }
}

/** The whole response as it was announced, but failed. */
function responseFailed(message: string, { requestId, position }: BrokenStream): string {
  const { usage, ...announced } = position?.response ?? {};
  const response = {
    ...{ id: requestId, object: 'response', output: [] },
    ...announced,
    // A null would make clients ask again without end.
    ...(usage === undefined || usage === null ? {} : { usage }),
    status: 'failed',
    error: { code: 'server_error', message },
  };
  const sequence_number = (position?.sequenceNumber ?? -1) + 1;
  return `event: response.failed\ndata: ${JSON.stringify({ type: 'response.failed', sequence_number, response })}\n\n`;
}
