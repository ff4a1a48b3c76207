import { type ErrorCode, errorRow } from '../canonical/error.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { errorObject } from './error-body.ts';

/** Where the broken stream stood. */
export interface BrokenStream {
  readonly requestId: string;
  readonly message: string;
  /** Responses: the last sequence number seen. */
  readonly sequenceNumber?: number | undefined;
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
    case 'openai-responses': {
      const response = {
        id: requestId,
        object: 'response',
        status: 'failed',
        output: [],
        error: { code: 'server_error', message },
      };
      const sequence_number = (broken.sequenceNumber ?? -1) + 1;
      return `event: response.failed\ndata: ${JSON.stringify({ type: 'response.failed', sequence_number, response })}\n\n`;
    }
    case 'anthropic-messages':
      return `event: error\ndata: ${JSON.stringify(errorObject(protocol, code, { message, requestId }))}\n\n`;
    case 'gemini': {
      const event = JSON.stringify({ error: { code: row.http, message, status: row.geminiStatus } });
      return broken.framing === 'sse' ? `data: ${event}\r\n\r\n` : `${broken.begun ? ',' : '['}${event}`;
    }
  }
}
