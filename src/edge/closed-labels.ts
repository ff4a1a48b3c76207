import type { SeriesBudget } from './series-budget.ts';

const OTHER = 'other';

/**
 * Label values of one kind: only members of a closed set come through, and each new one pays for the series that it
 * will bring. Everything else is `other`, so that no caller can make series.
 */
export class ClosedLabels {
  private readonly admitted = new Set<string>();
  private readonly known: () => { has(id: string): boolean };
  private readonly budget: SeriesBudget;
  private readonly seriesEach: number;

  constructor(options: { known: () => { has(id: string): boolean }; budget: SeriesBudget; seriesEach: number }) {
    this.known = options.known;
    this.budget = options.budget;
    this.seriesEach = options.seriesEach;
  }

  /** The value itself, or `other`. */
  of(value: string | undefined): string {
    if (value === undefined) return OTHER;
    if (this.admitted.has(value)) return value;
    if (!this.known().has(value) || !this.budget.take(this.seriesEach)) return OTHER;
    this.admitted.add(value);
    return value;
  }
}
