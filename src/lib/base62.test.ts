import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BASE62_DIGITS, encodeBase62 } from './base62.ts';
import { crc32 } from './crc32.ts';

test('base62 of a fixed width can be read back, and what does not fit is refused', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (value) => {
      const text = encodeBase62(value, 43);
      const back = [...text].reduce((sum, digit) => sum * 62n + BigInt(BASE62_DIGITS.indexOf(digit)), 0n);
      return text.length === 43 && back === value;
    }),
  );
  expect(encodeBase62(61n, 3)).toBe('00z');
  expect(() => encodeBase62(62n ** 3n, 3)).toThrow(RangeError);
});

test('CRC-32 is that of zlib', () => {
  const ascii = fc.string({ unit: fc.integer({ min: 0, max: 127 }).map((code) => String.fromCharCode(code)) });
  fc.assert(fc.property(ascii, (text) => crc32(text) === zlibCrc32(text)));
});
