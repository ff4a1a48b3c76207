import type { ApiKey, ApiKeyState } from '../../identity/api-key.ts';

/** A key to be stored; it begins active. */
export type NewApiKey = Omit<ApiKey, 'state' | 'version'>;

/** A key with what only lists show. */
export interface ListedApiKey {
  readonly key: ApiKey;
  /** Epoch milliseconds, to the minute. */
  readonly lastUsedAt: number | undefined;
}

/** Client keys. Every change but `touchLastUsed` takes the next version, in commit order. */
export interface KeyStore {
  /** Refuses (`not_found`) an account that is not there. */
  create(key: NewApiKey): Promise<ApiKey>;
  /** Keys of an account, or all, oldest first, revoked ones included. */
  list(filter?: { readonly accountId?: string }): Promise<readonly ListedApiKey[]>;
  /** Refuses (`not_found`) an unknown id, and (`revoked`) any change of a revoked key, which is final. */
  setState(id: string, state: ApiKeyState): Promise<ApiKey>;
  /** All keys whose version is above this one, lowest first; 0 gives all. Nothing below the highest returned can still appear. */
  changedSince(version: bigint): Promise<readonly ApiKey[]>;
  byId(id: string): Promise<ApiKey | undefined>;
  /** Moves the time of last use forward, never back. Does not change the version. */
  touchLastUsed(uses: readonly { readonly id: string; readonly lastUsedAt: number }[]): Promise<void>;
}
