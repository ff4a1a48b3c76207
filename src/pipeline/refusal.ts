import type { HeaderPairs } from '../canonical/exchange.ts';
import { classifyRefusal } from '../routing/classify-failure.ts';
import { failureRow } from '../routing/failure-class.ts';
import type { AttemptEnd } from './attempt.ts';

/** Bytes of an upstream's error body that are read. */
export const REFUSAL_BYTES_MAX = 64 * 1024;

/** The end of an attempt that the upstream refused with a status of its own. */
export function refusedEnd(status: number, headers: HeaderPairs, body: Uint8Array): AttemptEnd {
  const failure = classifyRefusal({ status, headers, body: Buffer.from(body).toString('utf8') });
  const verbatim = failureRow(failure.class).last === 'verbatim';
  return { type: 'failed', failure, reply: verbatim ? { status, body } : undefined };
}

/** A reply with a good status that is not the protocol's. */
export function badReply(reason: string, status = 200): AttemptEnd {
  return {
    type: 'failed',
    failure: { class: 'bad_reply', httpStatus: status, retryAfterMs: undefined, reason },
    reply: undefined,
  };
}
