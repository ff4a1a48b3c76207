import type { Price } from './price.ts';

const SCALE = 6;
const PER_MILLION = 1_000_000n;

/** Credits per 1,000,000 units as decimal strings (`request`: credits each); `null` without a price. */
export function shownPrice(price: Price | undefined): Record<string, unknown> | null {
  if (price === undefined) return null;
  const rates = Object.entries(price.rates).map(([unit, rate]) => [
    unit,
    shownCredits(unit === 'request' ? rate / PER_MILLION : rate),
  ]);
  return { currency: 'VND', per: 1_000_000, ...Object.fromEntries(rates) };
}

/** An amount in minor units as credits: `100000.000000`. */
export function shownCredits(minor: bigint): string {
  const digits = minor.toString().padStart(SCALE + 1, '0');
  return `${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
}
