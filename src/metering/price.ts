import type { UsageUnit } from '../canonical/usage.ts';

/**
 * Minor units per 1,000,000 units of quantity, 0..10^15. With VND at scale 6 a price of "3900" credits per million
 * tokens is 3_900_000_000n. A fee per request of "50" credits is rate 50 * 10^6 * 10^6 on unit `request`.
 */
export type Rate = bigint;

/** The selling price of a model as configured; a unit that is missing follows the defaults of the configuration schema. */
export interface Price {
  readonly free: boolean;
  readonly rates: Readonly<Partial<Record<UsageUnit, Rate>>>;
}
