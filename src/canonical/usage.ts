/** Token and other quantities in disjoint buckets. A bucket that the provider did not report is `undefined`; a reported 0 is 0. */
export const USAGE_UNITS = [
  'input',
  'input_cached',
  'cache_write_5m',
  'cache_write_1h',
  'output',
  'reasoning',
  'audio_in',
  'audio_out',
  'image_in',
  'image_out',
  'audio_ms',
  'char',
  'image',
  'search_unit',
  'request',
  'tool_call',
] as const;

/** A unit of quantity; the names are used in code, API, metrics and console alike. */
export type UsageUnit = (typeof USAGE_UNITS)[number];

/** Quantities by unit, each an integer from 0 to 10^9. */
export type Quantities = Partial<Record<UsageUnit, number>>;

/** Where the quantities come from. `rejected`: the provider's figures were malformed and are kept only in `raw`. */
export type UsageSource = 'provider' | 'estimate' | 'rejected' | 'none';
