import { errorRow, type GatewayError, gatewayError } from '../canonical/error.ts';
import { encodeErrorEvent } from '../protocols/error-event.ts';
import type { StreamPosition } from '../protocols/protocol.ts';
import type { AttemptEnd } from './attempt.ts';
import type { ClientReply } from './client-reply.ts';
import { lastWord, verbatimReply } from './last-word.ts';
import type { Call, PipelineDeps } from './ports.ts';
import type { RequestRecorder } from './request-recorder.ts';

/** The request that ends. */
interface Ending {
  readonly call: Call;
  readonly deps: PipelineDeps;
  readonly recorder: RequestRecorder;
  readonly reply: ClientReply;
}

/** Nothing reached the client and nothing is left to try. */
export function endFailed(ending: Ending, end: Extract<AttemptEnd, { type: 'failed' }>): void {
  const { call, deps, recorder, reply } = ending;
  const error = lastWord(end.failure);
  if (reply.state !== 'held') {
    // The client already has its 200: the failure can only be told inside the stream.
    reply.cut(errorEvent(ending, error, undefined));
    recorder.finish({ outcome: 'upstream_cut', httpStatus: 200, errorCode: error.code });
    return;
  }
  reply.leave();
  const verbatim = verbatimReply(end.reply);
  deps.sendError(call, error, { headers: recorder.explain(), verbatim });
  const httpStatus = verbatim?.status ?? httpStatusOf(error, call);
  recorder.finish({ outcome: 'refused', httpStatus, errorCode: error.code });
}

/** What the client of a node that goes down is told. */
export const DRAIN_TEXT = 'This node is shutting down. Send the request again.';
const CUT_TEXTS = {
  idle_timeout: 'The provider stopped sending; the answer is incomplete.',
  upstream_cut: 'The connection to the provider broke; the answer is incomplete.',
  drain_cut: 'This node is shutting down; the answer is incomplete.',
  revoked_cut: 'The key was revoked; the answer is incomplete.',
} as const;

/** It broke after content: the error is told in the protocol's own shape and the socket is closed without a clean end. */
export function endCut(ending: Ending, end: Extract<AttemptEnd, { type: 'cut' }>): void {
  const { call, deps, recorder, reply } = ending;
  const code = end.outcome;
  if (reply.state === 'held') {
    // Only a drain ends an attempt so before anything was sent.
    reply.leave();
    deps.sendError(call, gatewayError('shutting_down', DRAIN_TEXT), { headers: recorder.explain() });
    recorder.finish({ outcome: code, httpStatus: 503, errorCode: 'shutting_down' });
    return;
  }
  const error = gatewayError(code, CUT_TEXTS[code]);
  reply.cut(errorEvent(ending, error, end.position));
  const { facts } = end;
  recorder.finish({ outcome: code, httpStatus: 200, errorCode: code, facts, firstByteAt: reply.firstByteAt });
}

/** The client left; nobody is there to be told. */
export function endGone(
  { recorder, reply }: Ending,
  end: Extract<AttemptEnd, { type: 'client_gone' }> | undefined,
): void {
  reply.leave();
  recorder.finish({ outcome: 'client_abort', httpStatus: 499, facts: end?.facts, firstByteAt: reply.firstByteAt });
}

function errorEvent({ call, reply }: Ending, error: GatewayError, position: StreamPosition | undefined): Uint8Array {
  const { message, code } = error;
  // Keepalives are no part of the answer: what an attempt kept back has never been seen.
  const begun = reply.state === 'flowing';
  const broken = {
    ...{ requestId: call.request.id, message, framing: framingOf(call), begun },
    position: begun ? position : undefined,
  };
  return Buffer.from(encodeErrorEvent(call.operation.protocol, code, broken));
}

/** The status of an error in this call's protocol. */
export function httpStatusOf(error: GatewayError, call: Call): number {
  const row = errorRow(error.code);
  return (call.operation.protocol === 'anthropic-messages' ? row.anthropicHttp : undefined) ?? row.http;
}

/** Gemini streams are a JSON array unless `alt=sse` asks for events. */
export function framingOf({ operation, request }: Call): 'sse' | 'json-array' {
  if (operation.id !== 'gemini.streamGenerateContent') return 'sse';
  return new URLSearchParams(request.query).get('alt') === 'sse' ? 'sse' : 'json-array';
}
