/** How a request ended; drives log, client view and (later) billing. */
export const OUTCOMES = [
  'complete',
  'client_abort',
  'upstream_cut',
  'idle_timeout',
  'credit_cut',
  'revoked_cut',
  'drain_cut',
  'refused', // nothing was delivered: refused by us, or every attempt failed
] as const;

/** The typed end state of a request. */
export type Outcome = (typeof OUTCOMES)[number];
