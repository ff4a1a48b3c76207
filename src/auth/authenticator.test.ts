import { beforeEach, describe, expect, test } from 'vitest';
import type { ApiKey, ApiKeyState } from '../identity/api-key.ts';
import { encodeBase62 } from '../lib/base62.ts';
import { crc32 } from '../lib/crc32.ts';
import type { Account } from '../routing/catalogue.ts';
import type { KeyStore } from '../storage/ports/key-store.ts';
import type { AuthResult } from './auth-result.ts';
import { createAuthenticator } from './authenticator.ts';
import { makeApiKey } from './make-api-key.ts';
import { createPepper } from './pepper.ts';

const ACCOUNT_ID = '01890000-0000-7000-8000-0000000000aa';
const ADDRESS = '203.0.113.7';
const pepper = createPepper(new Uint8Array(32).fill(7));
const otherPepper = createPepper(new Uint8Array(32).fill(8));

/** A key store in memory that counts what is asked of it and can be held up or lost. */
class CountingStore implements KeyStore {
  readonly rows = new Map<string, ApiKey>();
  readonly uses: { id: string; lastUsedAt: number }[] = [];
  reads = 0;
  lost = false;
  held: Promise<void> | undefined;
  #version = 0n;

  put(key: Omit<ApiKey, 'version'>): ApiKey {
    this.#version += 1n;
    const row = { ...key, version: this.#version };
    this.rows.set(row.id, row);
    return row;
  }

  async byId(id: string): Promise<ApiKey | undefined> {
    this.reads += 1;
    const row = this.rows.get(id);
    await this.held;
    if (this.lost) throw new Error('the store is away');
    return row;
  }

  async changedSince(version: bigint): Promise<readonly ApiKey[]> {
    if (this.lost) throw new Error('the store is away');
    return [...this.rows.values()].filter((row) => row.version > version);
  }

  async setState(id: string, state: ApiKeyState): Promise<ApiKey> {
    const row = this.rows.get(id);
    if (row === undefined) throw new Error('no such key');
    return this.put({ ...row, state });
  }

  async touchLastUsed(uses: readonly { id: string; lastUsedAt: number }[]): Promise<void> {
    if (this.lost) throw new Error('the store is away');
    this.uses.push(...uses);
  }

  create(): never {
    throw new Error('not used here');
  }

  list(): never {
    throw new Error('not used here');
  }
}

let store: CountingStore;
let nowMs: number;
let account: Account | undefined;

beforeEach(() => {
  store = new CountingStore();
  nowMs = 1_700_000_000_000;
  account = {
    id: ACCOUNT_ID,
    name: 'acme',
    billing: 'prepaid',
    openingCredits: undefined,
    groups: ['default'],
    state: 'active',
  };
});

function newKey(over: Partial<ApiKey> = {}, from = pepper) {
  const { token, ...made } = makeApiKey({ prefix: 'saola', mode: over.mode ?? 'live', pepper: from });
  const row = store.put({
    ...made,
    accountId: ACCOUNT_ID,
    name: 'ci-key-1',
    mode: 'live',
    state: 'active',
    createdAt: nowMs,
    expiresAt: undefined,
    allowedModels: undefined,
    allowedIps: undefined,
    ...over,
  });
  return { token, row };
}

function makeAuthenticator() {
  return createAuthenticator({
    keyStore: store,
    accountById: (id) => (id === account?.id ? account : undefined),
    peppers: [pepper, otherPepper],
    keyPrefix: 'saola',
    now: () => nowMs,
  });
}

async function loaded() {
  const authenticator = makeAuthenticator();
  await authenticator.refresh();
  return authenticator;
}

/** The answer, which for a loaded key must be there at once. */
function atOnce(result: AuthResult | Promise<AuthResult>): AuthResult {
  if (result instanceof Promise) throw new Error('the answer was a promise');
  return result;
}

describe('a key in memory', () => {
  test('is known at once, without a read of the store, first time and later', async () => {
    const { token, row } = newKey({ allowedModels: ['openai/*'], mode: 'test' });
    const authenticator = await loaded();
    const first = atOnce(authenticator.authenticate(token, ADDRESS));
    expect(first).toEqual({
      ok: true,
      principal: {
        keyId: row.id,
        keyName: 'ci-key-1',
        accountId: ACCOUNT_ID,
        accountName: 'acme',
        groups: ['default'],
        allowedModels: ['openai/*'],
        mode: 'test',
      },
    });
    expect(atOnce(authenticator.authenticate(token, ADDRESS))).toBe(first);
    expect(store.reads).toBe(0);
  });

  test('made under an older pepper still works; under an unknown one it does not', async () => {
    const old = newKey({}, otherPepper);
    const foreign = newKey({}, createPepper(new Uint8Array(32).fill(9)));
    const authenticator = await loaded();
    expect(authenticator.authenticate(old.token, ADDRESS)).toMatchObject({ ok: true });
    expect(authenticator.authenticate(foreign.token, ADDRESS)).toEqual({ ok: false, reason: 'unknown' });
  });

  test('with another secret is refused without a read, however often', async () => {
    const { row } = newKey();
    const { token } = newKey();
    const forged = withId(token, row.id);
    const authenticator = await loaded();
    for (let round = 0; round < 3; round += 1) {
      expect(atOnce(authenticator.authenticate(forged, ADDRESS))).toEqual({ ok: false, reason: 'unknown' });
    }
    expect(store.reads).toBe(0);
  });

  test('of one mode does not pass as the other', async () => {
    const { token } = newKey();
    const authenticator = await loaded();
    const other = withChecksum(token.slice(0, -6).replace('_live_', '_test_'));
    expect(atOnce(authenticator.authenticate(other, ADDRESS))).toEqual({ ok: false, reason: 'unknown' });
  });

  test.each(['disabled', 'revoked'] as const)('that is %s is refused from the next refresh on', async (state) => {
    const { token, row } = newKey();
    const authenticator = await loaded();
    expect(authenticator.authenticate(token, ADDRESS)).toMatchObject({ ok: true });
    await store.setState(row.id, state);
    await authenticator.refresh();
    expect(atOnce(authenticator.authenticate(token, ADDRESS))).toEqual({ ok: false, reason: state });
  });

  test('that a connection has shown before is still judged each time, and no other token passes for it', async () => {
    const { token, row } = newKey({ allowedIps: [ADDRESS] });
    const other = newKey();
    const authenticator = await loaded();
    const memo = { token: '', digest: '' };
    const ask = (shown: string, address = ADDRESS) => atOnce(authenticator.authenticate(shown, address, memo));
    for (let round = 0; round < 3; round += 1) expect(ask(token)).toMatchObject({ principal: { keyId: row.id } });
    expect(memo.token).toBe(token);
    expect(ask(token, '198.51.100.1')).toEqual({ ok: false, reason: 'address' });
    expect(ask(`${token}x`)).toEqual({ ok: false, reason: 'malformed' });
    expect(ask(withId(token, other.row.id))).toEqual({ ok: false, reason: 'unknown' });
    expect(ask(other.token)).toMatchObject({ principal: { keyId: other.row.id } });
    expect(ask(token)).toMatchObject({ ok: true });
    await store.setState(row.id, 'revoked');
    await authenticator.refresh();
    expect(ask(token)).toEqual({ ok: false, reason: 'revoked' });
  });

  test('expires by the clock alone', async () => {
    const { token } = newKey({ expiresAt: nowMs + 1_000 });
    const authenticator = await loaded();
    nowMs += 999;
    expect(authenticator.authenticate(token, ADDRESS)).toMatchObject({ ok: true });
    nowMs += 1;
    expect(authenticator.authenticate(token, ADDRESS)).toEqual({ ok: false, reason: 'expired' });
  });

  test('is bound to its addresses on every request, v4-mapped ones included', async () => {
    const { token } = newKey({ allowedIps: ['203.0.113.0/24', '2001:db8::/32'] });
    const authenticator = await loaded();
    for (const address of [ADDRESS, `::ffff:${ADDRESS}`, '2001:db8::1']) {
      expect(authenticator.authenticate(token, address)).toMatchObject({ ok: true });
    }
    for (const address of ['203.0.114.1', '2001:db9::1', '', 'nonsense']) {
      expect(authenticator.authenticate(token, address)).toEqual({ ok: false, reason: 'address' });
    }
  });

  test('whose list of addresses cannot be read is open to nobody', async () => {
    const { token } = newKey({ allowedIps: ['10.0.0.0/99'] });
    expect((await loaded()).authenticate(token, '10.0.0.1')).toEqual({ ok: false, reason: 'address' });
  });

  test('follows its account at once: new groups, suspension, absence', async () => {
    const { token } = newKey();
    const authenticator = await loaded();
    expect(authenticator.authenticate(token, ADDRESS)).toMatchObject({ principal: { groups: ['default'] } });
    account = account && { ...account, groups: ['premium', 'default'] };
    expect(authenticator.authenticate(token, ADDRESS)).toMatchObject({ principal: { groups: ['premium', 'default'] } });
    account = account && { ...account, state: 'suspended' };
    expect(authenticator.authenticate(token, ADDRESS)).toEqual({ ok: false, reason: 'suspended' });
    account = undefined;
    expect(authenticator.authenticate(token, ADDRESS)).toEqual({ ok: false, reason: 'unknown' });
  });
});

describe('a malformed token', () => {
  test('never reaches the store', async () => {
    const { token } = newKey();
    const authenticator = makeAuthenticator();
    const malformed = [
      '',
      'Bearer',
      'sk-proj-abc',
      `${token}x`,
      token.slice(0, -1),
      token.slice(1),
      ` ${token}`.slice(0, token.length),
      token.toUpperCase(),
      ...Array.from({ length: token.length }, (_, at) => changedAt(token, at)),
    ];
    for (const text of malformed) {
      expect(authenticator.authenticate(text, ADDRESS)).toEqual({ ok: false, reason: 'malformed' });
    }
    expect(store.reads).toBe(0);
  });
});

describe('a key that is not in memory', () => {
  test('costs one read, shared by all that ask at once, and is in memory from then on', async () => {
    const authenticator = await loaded();
    const { token } = newKey();
    const results = await Promise.all([1, 2, 3].map(() => authenticator.authenticate(token, ADDRESS)));
    expect(results.map((result) => result.ok)).toEqual([true, true, true]);
    expect(atOnce(authenticator.authenticate(token, ADDRESS)).ok).toBe(true);
    expect(store.reads).toBe(1);
  });

  test('and does not exist is read once in two seconds', async () => {
    const { token, row } = newKey();
    store.rows.delete(row.id);
    const authenticator = await loaded();
    expect(await authenticator.authenticate(token, ADDRESS)).toEqual({ ok: false, reason: 'unknown' });
    nowMs += 1_999;
    expect(atOnce(authenticator.authenticate(token, ADDRESS)).ok).toBe(false);
    expect(store.reads).toBe(1);
    nowMs += 1;
    await authenticator.authenticate(token, ADDRESS);
    expect(store.reads).toBe(2);
  });

  test('and is made after it was asked for works from the next refresh on', async () => {
    const { token, row } = newKey();
    store.rows.delete(row.id);
    const authenticator = await loaded();
    await authenticator.authenticate(token, ADDRESS);
    store.put(row);
    await authenticator.refresh();
    expect(atOnce(authenticator.authenticate(token, ADDRESS)).ok).toBe(true);
  });

  test('guessed many at once reaches the store a few times only', async () => {
    const authenticator = await loaded();
    const tokens = Array.from({ length: 200 }, () => makeApiKey({ prefix: 'saola', mode: 'live', pepper }).token);
    const results = await Promise.all(tokens.map((token) => authenticator.authenticate(token, ADDRESS)));
    expect(results.every((result) => !result.ok && result.reason === 'unknown')).toBe(true);
    expect(store.reads).toBeLessThanOrEqual(32);
  });

  test('is not called unknown because the store is away', async () => {
    const { token } = newKey();
    const authenticator = makeAuthenticator();
    store.lost = true;
    await expect(authenticator.authenticate(token, ADDRESS)).rejects.toThrow('the store is away');
    store.lost = false;
    expect(await authenticator.authenticate(token, ADDRESS)).toMatchObject({ ok: true });
  });

  test('cannot come back by a read that began before it was revoked', async () => {
    const { token, row } = newKey();
    const authenticator = makeAuthenticator();
    let release = () => {};
    store.held = new Promise((resolve) => {
      release = resolve;
    });
    const late = authenticator.authenticate(token, ADDRESS);
    store.held = undefined;
    await store.setState(row.id, 'revoked');
    await authenticator.refresh();
    release();
    expect(await late).toEqual({ ok: false, reason: 'revoked' });
    expect(authenticator.authenticate(token, ADDRESS)).toEqual({ ok: false, reason: 'revoked' });
  });

  test('read on its own does not hide others that changed before it', async () => {
    const authenticator = await loaded();
    const earlier = newKey();
    const looked = newKey();
    await authenticator.authenticate(looked.token, ADDRESS);
    await authenticator.refresh();
    expect(atOnce(authenticator.authenticate(earlier.token, ADDRESS)).ok).toBe(true);
  });
});

describe('upkeep', () => {
  test('a refresh that fails is told, and leaves what was known', async () => {
    const { token } = newKey();
    const authenticator = await loaded();
    const at = authenticator.refreshedAt();
    nowMs += 5_000;
    store.lost = true;
    await expect(authenticator.refresh()).rejects.toThrow();
    expect(authenticator.refreshedAt()).toBe(at);
    expect(atOnce(authenticator.authenticate(token, ADDRESS)).ok).toBe(true);
  });

  test('last use is written once a minute and key, and kept while the store is away', async () => {
    const { token, row } = newKey();
    const authenticator = await loaded();
    const use = () => authenticator.authenticate(token, ADDRESS);
    for (let round = 0; round < 5; round += 1) use();
    store.lost = true;
    await expect(authenticator.flushLastUsed()).rejects.toThrow();
    store.lost = false;
    await authenticator.flushLastUsed();
    use();
    await authenticator.flushLastUsed();
    nowMs += 60_000;
    use();
    await authenticator.flushLastUsed();
    const minute = Math.floor(1_700_000_000_000 / 60_000) * 60_000;
    expect(store.uses).toEqual([
      { id: row.id, lastUsedAt: minute },
      { id: row.id, lastUsedAt: minute + 60_000 },
    ]);
  });
});

/** The same token with another id and a right checksum, as a forger would make it. */
function withId(token: string, id: string): string {
  const [prefix = '', mode = '', , rest = ''] = token.split('_');
  return withChecksum(`${prefix}_${mode}_${id}_${rest.slice(0, 43)}`);
}

function withChecksum(body: string): string {
  return body + encodeBase62(BigInt(crc32(body)), 6);
}

function changedAt(token: string, at: number): string {
  const other = token[at] === 'q' ? 'r' : 'q';
  return token.slice(0, at) + other + token.slice(at + 1);
}
