import { hash } from 'node:crypto';
import type { ApiKey, Principal } from '../identity/api-key.ts';
import { createKeyParser, type ParsedKey } from '../identity/key-format.ts';
import { effectiveKeyState } from '../identity/key-state.ts';
import type { TokenMemo } from '../identity/token-memo.ts';
import type { Account } from '../routing/catalogue.ts';
import type { KeyStore } from '../storage/ports/key-store.ts';
import type { AuthRefusal, AuthResult } from './auth-result.ts';
import { KeyLookups } from './key-lookups.ts';
import { KeyRing, type LoadedKey } from './key-ring.ts';
import { LastUsed } from './last-used.ts';
import type { Pepper } from './pepper.ts';
import { UnknownIds } from './unknown-ids.ts';
import { addressAllowed, createSecretVerifier } from './verify-key.ts';

/** What the authenticator is given. */
export interface AuthenticatorOptions {
  readonly keyStore: KeyStore;
  /** The account as the current snapshot has it. A new snapshot's object is noticed, so changes need no other signal. */
  readonly accountById: (id: string) => Account | undefined;
  readonly peppers: readonly Pepper[];
  /** The installation's prefix word. */
  readonly keyPrefix: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Turns tokens into principals from memory. */
export interface Authenticator {
  /**
   * Synchronous for every key in memory and every malformed token; a promise only for a well-formed id that is not
   * loaded, which costs one read of the store (rejects if that fails). `memo` is the connection's own.
   */
  authenticate(token: string, remoteAddress: string, memo?: TokenMemo): AuthResult | Promise<AuthResult>;
  /** Loads what changed since the last call; rejects if the store cannot be read. The first call loads all. */
  refresh(): Promise<void>;
  /** When the last refresh succeeded, epoch milliseconds; `undefined` before the first. */
  refreshedAt(): number | undefined;
  /** Writes which keys were used, to the minute; costs nothing if none was. */
  flushLastUsed(): Promise<void>;
  /** How many keys are in memory. */
  size(): number;
}

const refused = (reason: AuthRefusal): AuthResult => ({ ok: false, reason });
const REFUSALS = {
  malformed: refused('malformed'),
  unknown: refused('unknown'),
  disabled: refused('disabled'),
  revoked: refused('revoked'),
  expired: refused('expired'),
  address: refused('address'),
  suspended: refused('suspended'),
} as const satisfies Record<AuthRefusal, AuthResult>;

/** Makes an authenticator with no key in memory; call `refresh` before use and once a second from then on. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { keyStore, accountById, now } = options;
  const parse = createKeyParser(options.keyPrefix);
  const verify = createSecretVerifier(options.peppers);
  const ring = new KeyRing();
  const unknownIds = new UnknownIds();
  const lastUsed = new LastUsed();
  const lookups = new KeyLookups({ keyStore, ring, unknownIds, now });
  let refreshedAt: number | undefined;

  /** All that can change without a new key row: state, time, address, account. */
  const admit = (entry: LoadedKey, remoteAddress: string): AuthResult => {
    const nowMs = now();
    const state = effectiveKeyState(entry.key, nowMs);
    if (state !== 'active') return REFUSALS[state];
    if (!addressAllowed(entry, remoteAddress)) return REFUSALS.address;
    const account = accountById(entry.key.accountId);
    if (account === undefined) return REFUSALS.unknown;
    if (account.state === 'suspended') return REFUSALS.suspended;
    lastUsed.note(entry, nowMs);
    return resultOf(entry, account);
  };

  const judge = (parsed: ParsedKey, digest: string, remoteAddress: string): AuthResult | undefined => {
    const entry = ring.byId(parsed.id);
    if (entry === undefined) return undefined;
    if (!verify(entry.key, parsed)) return REFUSALS.unknown;
    ring.remember(digest, entry);
    return admit(entry, remoteAddress);
  };

  const refuseUnknown = (parsed: ParsedKey): AuthResult => {
    verify(undefined, parsed);
    return REFUSALS.unknown;
  };

  return {
    authenticate(token, remoteAddress, memo) {
      const again = memo !== undefined && memo.token === token ? ring.byDigest(memo.digest) : undefined;
      if (again !== undefined) return admit(again, remoteAddress);
      const parsed = parse(token);
      if (parsed === undefined) return REFUSALS.malformed;
      const digest = hash('sha256', token, 'base64url');
      const known = ring.byDigest(digest);
      if (known !== undefined) {
        if (memo !== undefined) remember(memo, token, digest);
        return admit(known, remoteAddress);
      }
      const judged = judge(parsed, digest, remoteAddress);
      if (judged !== undefined) return judged;
      if (unknownIds.has(parsed.id, now()) || lookups.full) return refuseUnknown(parsed);
      return lookups.look(parsed.id).then(() => judge(parsed, digest, remoteAddress) ?? refuseUnknown(parsed));
    },
    async refresh() {
      const changed: readonly ApiKey[] = await keyStore.changedSince(ring.version());
      for (const key of changed) {
        unknownIds.delete(key.id);
        ring.put(key);
      }
      ring.advance(changed);
      refreshedAt = now();
    },
    refreshedAt: () => refreshedAt,
    flushLastUsed: () => lastUsed.flush(keyStore),
    size: () => ring.size(),
  };
}

/** The result is built once per key and account object, so a cached key allocates nothing. */
function resultOf(entry: LoadedKey, account: Account): AuthResult {
  if (entry.granted?.account === account) return entry.granted.result;
  const { key } = entry;
  const principal: Principal = {
    keyId: key.id,
    keyName: key.name,
    accountId: account.id,
    accountName: account.name,
    groups: account.groups,
    allowedModels: key.allowedModels,
    mode: key.mode,
  };
  const result: AuthResult = { ok: true, principal };
  entry.granted = { account, result };
  return result;
}

function remember(memo: TokenMemo, token: string, digest: string): void {
  memo.token = token;
  memo.digest = digest;
}
