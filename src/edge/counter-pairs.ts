import { CounterFamily, type CounterSeries, type FamilyName } from './counter-family.ts';

/** Counters with two labels, found by both without putting a key together. */
export class CounterPairs {
  private readonly family: CounterFamily;
  private readonly series = new Map<string, Map<string, CounterSeries>>();

  constructor(family: FamilyName) {
    this.family = new CounterFamily(family);
  }

  add(first: string, second: string, value: number): void {
    const series = this.series.get(first)?.get(second) ?? this.make(first, second);
    series.value += value;
  }

  /** The family in the exposition format, without a line end. */
  text(): string {
    return this.family.text();
  }

  private make(first: string, second: string): CounterSeries {
    const made = this.family.of(first, second);
    const row = this.series.get(first);
    if (row === undefined) this.series.set(first, new Map([[second, made]]));
    else row.set(second, made);
    return made;
  }
}
