import type { Principal } from '../identity/api-key.ts';

/** Why a token was refused; for logs and metrics. A caller learns only the class of the error that the edge maps it to. */
export type AuthRefusal = 'malformed' | 'unknown' | 'disabled' | 'revoked' | 'expired' | 'address' | 'suspended';

/** What authentication found. */
export type AuthResult =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly reason: AuthRefusal };
