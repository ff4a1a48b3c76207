import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { provider, providerKey } from '../../test/support/catalogue.ts';
import { openStore } from '../storage/open-store.ts';
import type { Store } from '../storage/ports/store.ts';
import { loadSecrets, type SecretSettings } from './load-secrets.ts';
import { secretOrigin } from './secret-origin.ts';

let dataDir: string;
let store: Store;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'saola-secrets-'));
  store = await openStore({ dataDir });
  await store.migrations.up();
});

afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function load(settings: Partial<SecretSettings> = {}) {
  return loadSecrets({ store, settings: { dataDir, ...settings } });
}

const upstream = provider('up', {
  endpoints: { 'openai-chat': 'https://api.example.com/v1', 'anthropic-messages': 'https://api.example.com:8443' },
  keys: [providerKey('up-k1')],
});
const plain = {
  providerKeyId: 'up-k1',
  providerId: 'up',
  origin: secretOrigin(upstream.endpoints),
  version: 1n,
  value: 'sk-up-š-1',
};

describe('the files', () => {
  test('are made at the first start, private, and read at the next', async () => {
    const first = await load();
    const again = await load();
    for (const name of ['secret.key', 'key.pepper'])
      expect(statSync(path.join(dataDir, name)).mode & 0o777).toBe(0o600);
    expect(again.installation).toEqual(first.installation);
    expect(again.secrets.pepper.id).toBe(first.secrets.pepper.id);
  });

  test.each(['secret.key', 'key.pepper'])(
    '%s that is lost, changed, short or open to others is refused',
    async (name) => {
      await load();
      const file = path.join(dataDir, name);
      const content = readFileSync(file, 'utf8');
      rmSync(file);
      await expect(load()).rejects.toThrow(/is missing, and this store was begun with one/);
      expect(existsSync(file)).toBe(false);
      writeFileSync(file, `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
      await expect(load()).rejects.toThrow(/is not the one that this store was begun with/);
      writeFileSync(file, 'c2hvcnQ=\n');
      await expect(load()).rejects.toThrow(/holds 5 bytes and needs at least 32/);
      writeFileSync(file, content);
      chmodSync(file, 0o640);
      await expect(load()).rejects.toThrow(/can be read by others \(mode 640\)/);
      chmodSync(file, 0o400);
      await expect(load()).resolves.toBeDefined();
    },
  );

  test('are not needed when values are given, in base64 or hex', async () => {
    const secretKey = Buffer.alloc(32, 1).toString('hex');
    await load({ secretKey, keyPepper: Buffer.alloc(40, 2).toString('base64') });
    expect(existsSync(path.join(dataDir, 'secret.key'))).toBe(false);
    const again = load({
      secretKey: Buffer.alloc(32, 1).toString('base64'),
      keyPepper: Buffer.alloc(40, 2).toString('hex'),
    });
    await expect(again).resolves.toBeDefined();
    await expect(load({ secretKey, keyPepper: 'not base64!' })).rejects.toThrow('SAOLA_KEY_PEPPER is neither');
  });
});

describe('a sealed provider key', () => {
  test('opens after a restart, and its ciphertext never shows the value', async () => {
    const sealed = (await load()).secrets.seal(plain);
    expect(Buffer.from(sealed.sealed).includes('sk-up')).toBe(false);
    const { secrets } = await load();
    const open = secrets.opener({ catalogue: { accounts: [], providers: [upstream], models: [] }, secrets: [sealed] });
    expect([open('up-k1'), open('up-k1')]).toEqual([plain.value, plain.value]);
    expect(() => open('up-k2')).toThrow('no secret is stored for key up-k2');
  });

  test('does not open for another provider, key, origin or version, or with a bit changed', async () => {
    const { secrets } = await load();
    const sealed = secrets.seal(plain);
    const flipped = Uint8Array.from(sealed.sealed, (byte, index) => (index === 14 ? byte ^ 1 : byte));
    const moved = provider('up', { endpoints: { 'openai-chat': 'https://evil.example.com/v1' } });
    const copy = provider('copy', { endpoints: upstream.endpoints });
    const opening = (secret: typeof sealed, of = upstream) =>
      secrets.opener({ catalogue: { accounts: [], providers: [of], models: [] }, secrets: [secret] });
    expect(() => opening(sealed, moved)('up-k1')).toThrow();
    expect(() => opening({ ...sealed, providerId: 'copy' }, copy)('up-k1')).toThrow();
    expect(() => opening({ ...sealed, providerKeyId: 'up-k2' })('up-k2')).toThrow();
    expect(() => opening({ ...sealed, version: 2n })('up-k1')).toThrow();
    expect(() => opening({ ...sealed, sealed: flipped })('up-k1')).toThrow();
    expect(opening(sealed)('up-k1')).toBe(plain.value);
  });

  test('cannot be confused with another by moving a border between two parts of its context', async () => {
    const { secrets } = await load();
    const sealed = secrets.seal({ ...plain, providerId: 'ab', providerKeyId: 'c' });
    const of = provider('a', { endpoints: upstream.endpoints });
    const open = secrets.opener({
      catalogue: { accounts: [], providers: [of], models: [] },
      secrets: [{ ...sealed, providerId: 'a', providerKeyId: 'bc' }],
    });
    expect(() => open('bc')).toThrow();
  });
});
