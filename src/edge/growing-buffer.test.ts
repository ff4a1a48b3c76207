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

test('a declared length is not allocated before its bytes are there', () => {
  const buffer = new GrowingBuffer(32 * 1024 * 1024);
  buffer.push(Buffer.alloc(10));
  buffer.push(Buffer.alloc(10));
  expect(buffer.bytes().buffer.byteLength).toBeLessThanOrEqual(64 * 1024);
});
