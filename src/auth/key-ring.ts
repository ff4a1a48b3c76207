import type { ApiKey } from '../identity/api-key.ts';
import { type IpRange, parseIpRange } from '../identity/ip-match.ts';
import type { Account } from '../routing/catalogue.ts';
import type { AuthResult } from './auth-result.ts';

/** A key in memory, with what was worked out about it. Replaced as a whole when the store's row changes. */
export interface LoadedKey {
  readonly key: ApiKey;
  /** `undefined`: any address. An entry that cannot be read matches nothing. */
  readonly ranges: readonly IpRange[] | undefined;
  /** SHA-256 of its whole token, once a request has proved it. */
  digest: string | undefined;
  granted: { readonly account: Account; readonly result: AuthResult } | undefined;
  lastUsedMinute: number;
}

/**
 * All keys by id, and the auth cache by digest. Only rows from the store come in, by `put`; a request that ends late
 * cannot bring back an older row, because the cache holds these very entries and a replaced one is cut off.
 */
export class KeyRing {
  readonly #byId = new Map<string, LoadedKey>();
  readonly #byDigest = new Map<string, LoadedKey>();
  #version = 0n;

  byId(id: string): LoadedKey | undefined {
    return this.#byId.get(id);
  }

  byDigest(digest: string): LoadedKey | undefined {
    return this.#byDigest.get(digest);
  }

  size(): number {
    return this.#byId.size;
  }

  /** All rows up to this version were loaded. */
  version(): bigint {
    return this.#version;
  }

  /** Takes a row unless a newer one is there; forgets the proved digest of the old one. */
  put(key: ApiKey): void {
    const old = this.#byId.get(key.id);
    if (old !== undefined && old.key.version >= key.version) return;
    if (old?.digest !== undefined) this.#byDigest.delete(old.digest);
    const ranges = key.allowedIps?.flatMap((text) => parseIpRange(text) ?? []);
    this.#byId.set(key.id, {
      key,
      ranges,
      digest: undefined,
      granted: undefined,
      lastUsedMinute: old?.lastUsedMinute ?? 0,
    });
  }

  /** Moves the version on after a refresh; a single row that was looked up must not, because others may be missing below it. */
  advance(keys: readonly ApiKey[]): void {
    for (const { version } of keys) if (version > this.#version) this.#version = version;
  }

  /** Links a proved token to its entry. */
  remember(digest: string, entry: LoadedKey): void {
    if (this.#byId.get(entry.key.id) !== entry) return;
    entry.digest = digest;
    this.#byDigest.set(digest, entry);
  }
}
