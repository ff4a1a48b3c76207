import type { Quantities, UsageUnit } from '../canonical/usage.ts';
import { NO_USAGE, type TappedUsage } from './protocol.ts';

const QUANTITY_MAX = 1_000_000_000;
const RAW_CHARS_MAX = 4_096;

/**
 * A reported number: absent or null is `undefined`, 0 is 0, and anything that is not an integer from 0 to 10^9 is
 * `'malformed'`, which rejects the whole report.
 */
export function quantity(value: unknown): number | undefined | 'malformed' {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > QUANTITY_MAX) return 'malformed';
  return value;
}

/** Buckets as computed from a wire report, before they are judged. */
export type Buckets = Partial<Record<UsageUnit, number | undefined | 'malformed'>>;

/** The report's buckets, or a rejected report (kept raw) when one of them is malformed or negative after separation. */
export function toTappedUsage(wire: unknown, buckets: Buckets): TappedUsage {
  if (wire === undefined || wire === null) return NO_USAGE;
  const quantities: Quantities = {};
  let source: TappedUsage['source'] = 'none';
  for (const unit in buckets) {
    const value = buckets[unit as UsageUnit];
    if (value === undefined) continue;
    if (value === 'malformed' || !(value >= 0)) {
      return { quantities: {}, source: 'rejected', raw: JSON.stringify(wire).slice(0, RAW_CHARS_MAX) };
    }
    quantities[unit as UsageUnit] = value;
    source = 'provider';
  }
  return { quantities, source, raw: undefined };
}

/** `total` less all reported `parts`; `undefined` without a total, malformed if anything is, or if it would be negative. */
export function without(
  total: number | undefined | 'malformed',
  ...parts: readonly (number | undefined | 'malformed')[]
): number | undefined | 'malformed' {
  if (total === undefined || total === 'malformed') return total;
  let rest = total;
  for (const part of parts) {
    if (part === 'malformed') return 'malformed';
    rest -= part ?? 0;
  }
  return rest < 0 ? 'malformed' : rest;
}
