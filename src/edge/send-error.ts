import { errorRow, type GatewayError } from '../canonical/error.ts';
import type { HeaderPairs } from '../canonical/exchange.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { Call, ErrorExtras } from '../pipeline/ports.ts';
import { encodeErrorBody } from '../protocols/error-body.ts';

/** Who is told. */
export interface ErrorAudience {
  readonly protocol: ProtocolId;
  readonly requestId: string;
  /** Gemini streams without `alt=sse` wrap their error in an array. */
  readonly inArray?: boolean;
}

/** An error as an answer. */
interface ErrorAnswer {
  readonly status: number;
  readonly headers: HeaderPairs;
  readonly body: Uint8Array;
}

const NO_EXTRAS: ErrorExtras = { headers: [] };

/** An error in the caller's protocol: status, body and the headers that keep clients from looping. */
export function answerError(
  error: GatewayError,
  { protocol, requestId, inArray }: ErrorAudience,
  { headers: more, verbatim }: ErrorExtras = NO_EXTRAS,
): ErrorAnswer {
  const row = errorRow(error.code);
  const status = (protocol === 'anthropic-messages' ? row.anthropicHttp : undefined) ?? row.http;
  const retryAfterSeconds = Math.min(60, Math.max(1, Math.ceil(error.retryAfterSeconds ?? 1)));
  const headers: HeaderPairs = ['content-type', 'application/json', 'saola-error-code', error.code];
  if (row.retry === 'no') headers.push('x-should-retry', 'false');
  if (row.retry === 'after') headers.push('retry-after', String(retryAfterSeconds));
  headers.push(...more);
  if (verbatim !== undefined) return { ...verbatim, headers };
  const { message, param } = error;
  const body = encodeErrorBody(protocol, error.code, { message, param, requestId, retryAfterSeconds });
  return { status, headers, body: Buffer.from(inArray === true ? `[${body}]` : body) };
}

/** Sends the error of a request that the pipeline had already taken. */
export function sendCallError({ operation, request, sink }: Call, error: GatewayError, extras: ErrorExtras): void {
  const { protocol, id } = operation;
  const audience = { protocol, requestId: request.id, inArray: answersInArray(id, request.query) };
  const { status, headers, body } = answerError(error, audience, extras);
  sink.send(status, headers, body);
}

/** Gemini streams are a JSON array unless `alt=sse` asks for events. */
export function answersInArray(operation: string | undefined, query: string): boolean {
  return operation === 'gemini.streamGenerateContent' && !/(?:^|&)alt=sse(?:&|$)/.test(query);
}
