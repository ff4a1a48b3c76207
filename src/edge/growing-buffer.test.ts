import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GrowingBuffer } from './growing-buffer.ts';

test('what comes out is what went in, however it was cut and whatever length was declared', () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50_000 }), { maxLength: 8 });
  fc.assert(
    fc.property(chunks, fc.option(fc.nat(300_000), { nil: undefined }), (parts, expected) => {
      const buffer = new GrowingBuffer(expected);
      for (const part of parts) buffer.push(Buffer.from(part));
      expect(Buffer.compare(buffer.bytes(), Buffer.concat(parts))).toBe(0);
    }),
    { numRuns: 200 },
  );
});

test('a single chunk is not copied', () => {
  const chunk = Buffer.from('whole');
  const buffer = new GrowingBuffer(5);
  buffer.push(chunk);
  expect(buffer.bytes()).toBe(chunk);
});

test('a chunk that is a good part of its body is copied into the whole at once', () => {
  const buffer = new GrowingBuffer(90_000);
  expect(buffer.push(Buffer.alloc(65_000))).toBe(true);
  expect(buffer.bytes().buffer.byteLength).toBe(90_000);
});

test.each([200_000, 32 * 1024 * 1024])(
  'a declared length of %i is not allocated before its bytes are there',
  (length) => {
    const buffer = new GrowingBuffer(length);
    expect(buffer.push(Buffer.alloc(10))).toBe(false);
    buffer.push(Buffer.alloc(10));
    expect(buffer.bytes().buffer.byteLength).toBeLessThanOrEqual(64 * 1024);
  },
);
