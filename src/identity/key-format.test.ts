import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeBase62 } from '../lib/base62.ts';
import { crc32 } from '../lib/crc32.ts';
import { createKeyParser, isKeyPrefix } from './key-format.ts';

const body = `saola_live_${'a'.repeat(12)}_${'Z'.repeat(43)}`;
const token = body + encodeBase62(BigInt(zlibCrc32(body)), 6);

describe('the key parser', () => {
  const parse = createKeyParser('saola');

  test('reads a token back into its parts', () => {
    expect(parse(token)).toEqual({ mode: 'live', id: 'a'.repeat(12), secret: 'Z'.repeat(43) });
  });

  test('refuses a token with any one character changed, removed or added', () => {
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'0aZ_-é'), (at, other) => {
        fc.pre(token[at] !== other);
        expect(parse(token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
        expect(parse(token.slice(0, at) + token.slice(at + 1))).toBeUndefined();
        expect(parse(token.slice(0, at) + other + token.slice(at))).toBeUndefined();
      }),
    );
  });

  test('takes its own prefix only, and no word that would need escaping', () => {
    expect(createKeyParser('sk-acme')(token)).toBeUndefined();
    expect(isKeyPrefix('sk-acme')).toBe(true);
    expect(['', 'a', 'A1', 'a.b', '1ab', 'ab-', 'a_b'].filter(isKeyPrefix)).toEqual([]);
  });
});

test('the checksum is the one of zlib', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (text) => crc32(text) === zlibCrc32(text)));
});
