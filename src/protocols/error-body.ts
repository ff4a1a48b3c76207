import { type ErrorCode, errorRow } from '../canonical/error.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';

/** What an error says, apart from its code. */
export interface ErrorWords {
  readonly message: string;
  readonly param?: string | undefined;
  readonly requestId: string;
  readonly retryAfterSeconds?: number | undefined;
}

/** The JSON body of an error in the caller's protocol. */
export function encodeErrorBody(protocol: ProtocolId, code: ErrorCode, words: ErrorWords): string {
  return JSON.stringify(errorObject(protocol, code, words));
}

/** The error as the protocol's own object. */
export function errorObject(protocol: ProtocolId, code: ErrorCode, words: ErrorWords): object {
  const row = errorRow(code);
  const saola = { code, retryable: row.retry === 'after' };
  switch (protocol) {
    case 'openai-chat':
    case 'openai-responses': {
      const { message, param } = words;
      return { error: { message, type: row.openaiType, param: param ?? null, code: row.openaiCode ?? code, saola } };
    }
    case 'anthropic-messages':
      return {
        type: 'error',
        error: { type: row.anthropicType, message: words.message, saola },
        request_id: words.requestId,
      };
    case 'gemini': {
      const details =
        row.geminiStatus === 'RESOURCE_EXHAUSTED' && words.retryAfterSeconds !== undefined
          ? {
              details: [
                { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${words.retryAfterSeconds}s` },
              ],
            }
          : {};
      return { error: { code: row.http, message: words.message, status: row.geminiStatus, ...details, saola } };
    }
  }
}
