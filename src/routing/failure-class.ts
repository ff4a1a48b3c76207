import type { ErrorCode } from '../canonical/error.ts';

/** What a failure does to the road: the table of protocols.md section 6.1 as data. */
interface FailureRow {
  /** Repeat on the same key: at once, after a back-off, or not. Only when nothing else is left to try. */
  readonly sameKey: 'once' | 'backoff' | 'no';
  /** Another key of the same deployment may be tried. */
  readonly rotateKey: boolean;
  /** What the failure is held against. */
  readonly cools: 'provider' | 'deployment' | 'key' | 'key_model' | 'none';
  /** Another deployment may be tried. */
  readonly next: boolean;
  /** What the caller gets when it was the last one; `verbatim` passes the upstream's own reply on. */
  readonly last: ErrorCode | 'verbatim';
}

const row = (
  sameKey: FailureRow['sameKey'],
  rotateKey: boolean,
  cools: FailureRow['cools'],
  next: boolean,
  last: FailureRow['last'],
): FailureRow => ({ sameKey, rotateKey, cools, next, last });

/** All classes; tested in this order where several could fit. */
export const FAILURE_CLASSES = {
  stale_socket: row('once', false, 'none', true, 'upstream_error'),
  connect: row('no', false, 'provider', true, 'upstream_error'),
  quota: row('no', true, 'key', true, 'upstream_credentials_exhausted'),
  rate_limit: row('backoff', true, 'key_model', true, 'rate_limited'),
  overloaded: row('backoff', false, 'provider', true, 'overloaded'),
  server: row('backoff', false, 'provider', true, 'upstream_error'),
  bad_reply: row('no', false, 'deployment', true, 'upstream_error'),
  slow: row('no', false, 'deployment', true, 'upstream_timeout'),
  region: row('no', false, 'provider', true, 'no_provider_available'),
  model_gone: row('no', false, 'deployment', true, 'no_provider_available'),
  no_access: row('no', true, 'deployment', true, 'no_provider_available'),
  credential: row('no', true, 'key', true, 'upstream_credentials_exhausted'),
  context: row('no', false, 'none', false, 'verbatim'),
  policy: row('no', false, 'none', false, 'verbatim'),
  capability: row('no', false, 'none', true, 'verbatim'),
  caller: row('no', false, 'none', false, 'verbatim'),
  unknown_4xx: row('no', false, 'none', false, 'upstream_error'),
  mid_stream: row('no', false, 'provider', false, 'upstream_cut'),
} as const satisfies Record<string, FailureRow>;

/** Why an attempt failed. */
export type FailureClass = keyof typeof FAILURE_CLASSES;

/** The row of a class. */
export function failureRow(failure: FailureClass): FailureRow {
  return FAILURE_CLASSES[failure];
}
