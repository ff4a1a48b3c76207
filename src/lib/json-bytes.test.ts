import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonBytes } from './json-bytes.ts';

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

test('numbers are written as JSON writes them', () => {
  const number = fc.oneof(
    fc.nat(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, 9, 10, 99, 100, 999_999_999, 1_000_000_000),
  );
  fc.assert(
    fc.property(fc.array(number), (values) => {
      const out = new JsonBytes(1);
      for (const value of values) {
        out.number(value);
        out.ascii(' ');
      }
      expect(textOf(out.take())).toBe(values.map((value) => `${JSON.stringify(value)} `).join(''));
    }),
    { examples: [[[0, 999_999_999, 1_000_000_000, 0.5, -1]]] },
  );
});

test('a string that needs no escape is written, any other leaves nothing behind', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (value) => {
      const out = new JsonBytes(1);
      out.ascii('[');
      const plain = /^[ !#-[\]-~]*$/.test(value);
      expect(out.plainString(value)).toBe(plain);
      out.ascii(']');
      expect(textOf(out.take())).toBe(plain ? `[${JSON.stringify(value)}]` : '[]');
    }),
  );
});

test('other texts keep every character, and room is made for them', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 })), (values) => {
      const out = new JsonBytes(1);
      for (const value of values) out.utf8(value);
      expect(textOf(out.take())).toBe(values.join('').toWellFormed());
    }),
  );
});

test('what was taken stays as it was', () => {
  const out = new JsonBytes(8);
  out.ascii('first');
  const first = out.take();
  out.ascii('other');
  expect(textOf(first)).toBe('first');
  expect(first.buffer.byteLength).toBe(5);
});
