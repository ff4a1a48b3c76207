import type { Figures } from '../figures.ts';
import type { ScenarioId } from '../options.ts';
import type { Rig, Sample } from '../rig.ts';
import type { RunningSystem, SystemName } from '../systems/system.ts';

/** What a scenario works with. */
export interface Stage {
  readonly rig: Rig;
  readonly figures: Figures;
  readonly quick: boolean;
  readonly rounds: number;
  /** The systems that run all the time, `direct` first. */
  readonly systems: readonly RunningSystem[];
  /** Starts one anew, for figures that must not carry the memory of what ran before. */
  readonly startFresh: (name: SystemName) => Promise<RunningSystem>;
  /** Milliseconds left of the whole run. */
  readonly leftMs: () => number;
}

/** One scenario of the run. */
export interface Scenario {
  readonly id: ScenarioId;
  /** Shown while it runs. */
  readonly title: string;
  run(stage: Stage): Promise<void>;
}

/** The systems of a round: each round begins with another one. */
export function inTurn(systems: readonly RunningSystem[], round: number): readonly RunningSystem[] {
  const by = (round - 1) % Math.max(1, systems.length);
  return [...systems.slice(by), ...systems.slice(0, by)];
}

// Above this share of all processors the figures say more about the neighbours than about the systems.
const FOREIGN_SHARE_MAX = 0.1;

/** Notes wrong answers, and neighbours that took the processors away. */
export function checkSample(
  figures: Figures,
  title: string,
  { system, taken }: { system: SystemName; taken: Sample },
): void {
  if (taken.wrong > 0) {
    figures.complain(`${title}, ${system}: ${taken.wrong} wrong answers (${taken.reasons.join('; ')})`);
  }
  if (taken.foreignShare > FOREIGN_SHARE_MAX) {
    const share = (taken.foreignShare * 100).toFixed(0);
    figures.complain(`${title}, ${system}: other programs took ${share} % of the processors`);
  }
}
