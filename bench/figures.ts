import type { ScenarioId } from './options.ts';
import type { SystemName } from './systems/system.ts';

/** One measured value of one system in one round. */
export interface Figure {
  readonly scenario: ScenarioId;
  /** What the row of the table says. */
  readonly title: string;
  readonly system: SystemName;
  /** 1 for the first round. */
  readonly round: number;
  readonly value: number;
  readonly unit: string;
}

/** Figures of a run, and what went wrong in it. */
export class Figures {
  readonly all: Figure[] = [];
  readonly complaints: string[] = [];

  add(figure: Figure): void {
    this.all.push(figure);
  }

  complain(text: string): void {
    if (!this.complaints.includes(text)) this.complaints.push(text);
  }

  /** Median over the rounds; undefined where nothing was measured. */
  median(title: string, system: SystemName): number | undefined {
    return median(this.#of(title, system).map(({ value }) => value));
  }

  /** Median over the rounds of the ratio within each round. */
  ratio(title: string, system: SystemName, base: SystemName): number | undefined {
    const bases = new Map(this.#of(title, base).map(({ round, value }) => [round, value]));
    const ratios = this.#of(title, system).flatMap(({ round, value }) => {
      const under = bases.get(round);
      return under === undefined || under === 0 ? [] : [value / under];
    });
    return median(ratios);
  }

  #of(title: string, system: SystemName): readonly Figure[] {
    return this.all.filter((figure) => figure.title === title && figure.system === system);
  }
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}
