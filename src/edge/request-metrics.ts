import { Counter, Histogram, type Registry } from '@prometheus-io/client';
import { OUTCOMES } from '../canonical/end-state.ts';
import { USAGE_UNITS, type UsageUnit } from '../canonical/usage.ts';
import type { FinishedRequest, FinishedTiming } from './finished-request.ts';
import type { SeriesBudget } from './series-budget.ts';

const OTHER = 'other';
const DURATION_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
const TTFT_S = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120];
const ADDED_S = [0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.05, 0.1, 0.5];

/** The closed sets that labels come from. */
export interface LabelSets {
  readonly knownModels: () => { has(id: string): boolean };
  readonly knownProviders: () => { has(id: string): boolean };
  /** The failure classes of an attempt. */
  readonly failureClasses: readonly string[];
  readonly budget: SeriesBudget;
}

interface Observes {
  observe(value: number): void;
}

interface Cell {
  readonly labels: Record<string, string>;
  /** What has been counted since the last scrape. */
  added: number;
}

/** Cells of one counter; found by the values that make them, emptied into the client's counter at a scrape. */
class Cells {
  private readonly cells = new Map<string, Cell>();

  add(key: string, value: number, labels: () => Record<string, string>): void {
    let cell = this.cells.get(key);
    if (cell === undefined) {
      cell = { labels: labels(), added: 0 };
      this.cells.set(key, cell);
    }
    cell.added += value;
  }

  has(key: string): boolean {
    return this.cells.has(key);
  }

  empty(into: (labels: Record<string, string>, value: number) => void): void {
    for (const cell of this.cells.values()) {
      if (cell.added === 0) continue;
      into(cell.labels, cell.added);
      cell.added = 0;
    }
  }
}
