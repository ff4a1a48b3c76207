/** How many checks of a gate held. A gate that is one check counts as one. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** One part of `npm test`. `run` prints what went wrong by itself and does not throw for a failed check. */
export interface Gate {
  readonly title: string;
  run(): Promise<Counts>;
}
