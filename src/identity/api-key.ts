/** States of an API key; only `active` works. `expired` is derived from `expiresAt`, never stored. */
export type ApiKeyState = 'active' | 'disabled' | 'revoked';

/** A client key as the store keeps it; the secret is not recoverable from it. */
export interface ApiKey {
  /** 12 base62 characters, public. */
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly mode: 'live' | 'test';
  /** HMAC-SHA-256 under the pepper, 32 bytes. */
  readonly secretHmac: Uint8Array;
  readonly pepperId: string;
  readonly last4: string;
  readonly state: ApiKeyState;
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  /** Model ids; a trailing `*` matches any rest. `undefined`: all that the account may use. */
  readonly allowedModels: readonly string[] | undefined;
  /** CIDR ranges. `undefined`: any address. */
  readonly allowedIps: readonly string[] | undefined;
  /** Rises with every change anywhere in the table; makes polling incremental. */
  readonly version: bigint;
}

/** Who asks: the outcome of authentication. Made only by the authenticator. */
export interface Principal {
  readonly keyId: string;
  readonly keyName: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly groups: readonly string[];
  readonly allowedModels: readonly string[] | undefined;
  readonly mode: 'live' | 'test';
}
