import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createKeyParser } from '../identity/key-format.ts';
import { hashApiKeySecret } from './hash-api-key.ts';
import { makeApiKey } from './make-api-key.ts';
import { createPepper } from './pepper.ts';

const pepper = createPepper(new Uint8Array(32).fill(1));

describe('a made key', () => {
  test.each(['live', 'test'] as const)('has the published form (%s), and only it holds the secret', (mode) => {
    const made = makeApiKey({ prefix: 'saola', mode, pepper });
    expect(made.token).toMatch(new RegExp(`^saola_${mode}_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$`));
    const parsed = createKeyParser('saola')(made.token);
    expect(parsed).toMatchObject({ mode, id: made.id });
    expect(made.last4).toBe(made.token.slice(-4));
    expect(made.secretHmac).toEqual(hashApiKeySecret(parsed?.secret ?? '', pepper.key));
    const { token, ...stored } = made;
    expect(JSON.stringify(stored)).not.toContain(parsed?.secret);
    expect(token).toContain(parsed?.secret);
  });

  test('has the checksum of zlib, of everything before it', () => {
    const { token } = makeApiKey({ prefix: 'sk-acme', mode: 'live', pepper });
    const digits = [...token.slice(-6)].map((digit) =>
      '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.indexOf(digit),
    );
    expect(digits.reduce((value, digit) => value * 62 + digit, 0)).toBe(crc32(token.slice(0, -6)));
  });

  test('is never made twice', () => {
    const made = Array.from({ length: 1_000 }, () => makeApiKey({ prefix: 'saola', mode: 'live', pepper }));
    expect(new Set(made.map((key) => key.id)).size).toBe(1_000);
    expect(new Set(made.map((key) => key.token)).size).toBe(1_000);
  });
});

describe('the pepper', () => {
  test('decides the hash, which is HMAC-SHA-256', () => {
    const expected = createHmac('sha256', new Uint8Array(32).fill(1)).update('secret').digest();
    expect(Buffer.from(hashApiKeySecret('secret', pepper.key))).toEqual(expected);
    const other = createPepper(new Uint8Array(32).fill(2));
    expect(hashApiKeySecret('secret', other.key)).not.toEqual(hashApiKeySecret('secret', pepper.key));
    expect([other.id, other.checkValue]).not.toEqual([pepper.id, pepper.checkValue]);
  });

  test('of less than 32 bytes is refused', () => {
    expect(() => createPepper(new Uint8Array(31))).toThrow('31 bytes');
  });
});
