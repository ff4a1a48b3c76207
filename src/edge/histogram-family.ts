import type { FamilyName } from './counter-family.ts';
import { labelText } from './label-text.ts';

/** One histogram. */
export class HistogramSeries {
  /** How many fell in each bucket, and last those above all bounds. */
  readonly counts: Float64Array;
  sum = 0;
  private readonly bounds: readonly number[];

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const { bounds, counts } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    this.sum += value;
  }
}

/** Histograms of one name; the caller keeps the series that it observes in. */
export class HistogramFamily {
  private readonly family: FamilyName;
  private readonly bounds: readonly number[];
  private readonly series = new Map<string, { labels: readonly string[]; histogram: HistogramSeries }>();

  /** The bounds rise. */
  constructor(family: FamilyName, bounds: readonly number[]) {
    this.family = family;
    this.bounds = bounds;
  }

  /** The series with these labels, always the same one. */
  of(...values: string[]): HistogramSeries {
    const text = labelText(this.family.labelNames, values);
    const known = this.series.get(text);
    if (known !== undefined) return known.histogram;
    const histogram = new HistogramSeries(this.bounds);
    this.series.set(text, { labels: values, histogram });
    return histogram;
  }

  /** The family in the exposition format, without a line end. */
  text(): string {
    const { name, help, labelNames } = this.family;
    const names = ['le', ...labelNames];
    let text = `# HELP ${name} ${help}\n# TYPE ${name} histogram`;
    for (const [own, { labels, histogram }] of this.series) {
      let count = 0;
      for (const [bucket, inside] of histogram.counts.entries()) {
        count += inside;
        const bound = this.bounds[bucket] ?? '+Inf';
        text += `\n${name}_bucket${labelText(names, [String(bound), ...labels])} ${count}`;
      }
      text += `\n${name}_sum${own} ${histogram.sum}\n${name}_count${own} ${count}`;
    }
    return text;
  }
}
