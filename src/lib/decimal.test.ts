import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDecimal } from './decimal.ts';

test('any decimal that fits the scale comes back exactly', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), fc.integer({ min: 0, max: 12 }), (units, scale) => {
      const digits = units.toString().padStart(scale + 1, '0');
      const cut = digits.length - scale;
      const text = scale === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
      expect(parseDecimal(text, scale)).toEqual({ ok: true, units });
    }),
  );
});

test('trailing zeros need no room', () => {
  expect(parseDecimal('1.50000000000000000000', 1)).toEqual({ ok: true, units: 15n });
});

test('what would need rounding is refused', () => {
  expect(parseDecimal('0.0000001', 6)).toEqual({ ok: false, reason: 'has more than 6 digits after the point' });
});

test.each(['', '-1', '+1', '1e3', '1,5', ' 1', '1 ', '.5', '5.', '0x10', '1_000', 'NaN', '١', '1234567890123456'])(
  '%j is no decimal',
  (text) => {
    expect(parseDecimal(text, 6).ok).toBe(false);
  },
);
