/** The two clocks of a process: epoch milliseconds for records, monotonic milliseconds for durations. */
export interface Clock {
  readonly epochMs: () => number;
  readonly monotonicMs: () => number;
}

/** The machine's clocks. */
export const systemClock: Clock = { epochMs: () => Date.now(), monotonicMs: () => performance.now() };
