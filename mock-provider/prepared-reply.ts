import type { Call } from './call.ts';
import type { ActiveFaults } from './faults/active-faults.ts';
import { statusError } from './faults/error-wording.ts';
import type { MockState } from './mock-state.ts';
import { altered } from './reply/build-answer.ts';
import { type ErrorForm, errorReply } from './reply/build-error.ts';
import type { Reply } from './reply/reply.ts';

/** A reply before its timing, with what timing needs. */
export interface Prepared {
  readonly reply: Reply;
  /** The names that latency rules may match. */
  readonly models: readonly string[];
  readonly form: ErrorForm;
}

/** Adds what does not depend on the dialect: byte-level faults and their delays. */
export function withFaults(reply: Reply, faults: ActiveFaults): Reply {
  const changed = altered(reply, faults);
  return {
    ...changed,
    headDelayMs: faults.alters.get('slow')?.number ?? 0,
    bodyDelayMs: faults.alters.get('slowbody')?.number ?? 0,
  };
}

/** Adds the latency of configuration and rules; a call over a rule's limit becomes a 429. */
export function withTiming({ reply, models, form }: Prepared, call: Call, state: MockState): Reply {
  const { ttftMs, gapMs, limited } = state.timing(call.key, models);
  if (limited !== undefined) {
    return errorReply(statusError(429, form.family), { ...form, retryAfterS: limited.retryAfterS });
  }
  const headDelayMs = reply.headDelayMs + (ttftMs ?? state.config.ttftMs);
  const paced = gapMs !== undefined && reply.contentLength === undefined && reply.gap !== 'turn';
  const gap = paced ? gapMs || 'together' : reply.gap;
  return { ...reply, headDelayMs, gap };
}
