import { errorRow, type GatewayError } from '../canonical/error.ts';
import type { HeaderPairs, ReplySink } from '../canonical/exchange.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { encodeErrorBody } from '../protocols/error-body.ts';

/** Who is told. */
export interface ErrorReply {
  readonly protocol: ProtocolId;
  readonly requestId: string;
  readonly sink: ReplySink;
  /** Gemini streams without `alt=sse` wrap their error in an array. */
  readonly inArray?: boolean;
  /** The connection is closed behind the answer. */
  readonly close?: boolean;
}

/** Sends an error in the caller's protocol: status, body and the headers that keep clients from looping. */
export function sendError(error: GatewayError, reply: ErrorReply): void {
  const { protocol, requestId, sink } = reply;
  const row = errorRow(error.code);
  const status = (protocol === 'anthropic-messages' ? row.anthropicHttp : undefined) ?? row.http;
  const retryAfterSeconds = Math.min(60, Math.max(1, Math.ceil(error.retryAfterSeconds ?? 1)));
  const headers: HeaderPairs = ['content-type', 'application/json', 'saola-error-code', error.code];
  if (row.retry === 'no') headers.push('x-should-retry', 'false');
  if (row.retry === 'after') headers.push('retry-after', String(retryAfterSeconds));
  if (reply.close === true) headers.push('connection', 'close');
  const body = encodeErrorBody(protocol, error.code, {
    message: error.message,
    param: error.param,
    requestId,
    retryAfterSeconds,
  });
  sink.send(status, headers, Buffer.from(reply.inArray === true ? `[${body}]` : body));
}
