import type { UsageUnit } from '../canonical/usage.ts';
import { parseDecimal } from '../lib/decimal.ts';
import type { Price, Rate } from '../metering/price.ts';
import type { ConfigFile } from './schema.ts';

type PriceText = NonNullable<ConfigFile['models'][number]['price']>;
type PriceName = Exclude<keyof PriceText, 'free'>;

const UNITS: Readonly<Record<PriceName, UsageUnit>> = {
  input: 'input',
  output: 'output',
  cacheRead: 'input_cached',
  cacheWrite5m: 'cache_write_5m',
  cacheWrite1h: 'cache_write_1h',
  reasoning: 'reasoning',
  audioIn: 'audio_in',
  audioOut: 'audio_out',
  imageIn: 'image_in',
  imageOut: 'image_out',
  request: 'request',
};
/** What a missing price equals. */
const FALLBACK: readonly (readonly [UsageUnit, UsageUnit])[] = [
  ['input_cached', 'input'],
  ['cache_write_5m', 'input'],
  ['cache_write_1h', 'input'],
  ['audio_in', 'input'],
  ['image_in', 'input'],
  ['reasoning', 'output'],
  ['audio_out', 'output'],
  ['image_out', 'output'],
];
const SCALE = 6;
const RATE_MAX = 10n ** 15n;

/** A price, or what is wrong with one of its parts. */
export type PriceResult =
  | { readonly ok: true; readonly price: Price }
  | { readonly ok: false; readonly name: string; readonly reason: string };

/** Credits per 1,000,000 units (`request`: credits each) as exact rates in minor units per 1,000,000 units. */
export function toPrice(text: PriceText): PriceResult {
  const names = (Object.keys(UNITS) as PriceName[]).filter((name) => text[name] !== undefined);
  if (text.free === true) {
    const [extra] = names;
    if (extra !== undefined)
      return { ok: false, name: extra, reason: 'a free model has no price; remove one of the two' };
    return { ok: true, price: { free: true, rates: {} } };
  }
  const rates: Partial<Record<UsageUnit, Rate>> = {};
  for (const name of names) {
    // A request is one unit, and rates count per million of them.
    const parsed = parseDecimal(text[name] ?? '', name === 'request' ? 2 * SCALE : SCALE);
    if (!parsed.ok) return { ok: false, name, reason: parsed.reason };
    if (parsed.units > RATE_MAX)
      return {
        ok: false,
        name,
        reason: `is above the largest price (${name === 'request' ? '1000' : '1000000000'} credits)`,
      };
    rates[UNITS[name]] = parsed.units;
  }
  if (rates.input === undefined && rates.request === undefined) {
    return { ok: false, name: 'input', reason: 'is missing; a model without a price is `free: true`' };
  }
  for (const [unit, source] of FALLBACK) {
    const rate = rates[source];
    if (rates[unit] === undefined && rate !== undefined) rates[unit] = rate;
  }
  return { ok: true, price: { free: false, rates } };
}
