import type { ApiKey, ApiKeyState } from './api-key.ts';

/** What a key is worth now: the stored state, and `expired` once its time has come. */
export type EffectiveKeyState = ApiKeyState | 'expired';

/** The state of a key at `nowMs` (epoch milliseconds). Revoked is final; an expired key shows as expired even if disabled. */
export function effectiveKeyState(key: Pick<ApiKey, 'state' | 'expiresAt'>, nowMs: number): EffectiveKeyState {
  if (key.state === 'revoked') return 'revoked';
  if (key.expiresAt !== undefined && key.expiresAt <= nowMs) return 'expired';
  return key.state;
}
