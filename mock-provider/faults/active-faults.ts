import { FAULTS, type Fault, type FaultName } from './fault-spec.ts';

/** The faults of one call. */
export interface ActiveFaults {
  /** The one that replaces or ends the answer. */
  readonly main: Fault | undefined;
  readonly alters: ReadonlyMap<FaultName, Fault>;
}

/** Counts calls, so that `xN` means the first N. */
export class FaultCounters {
  readonly #calls = new Map<string, number>();

  /** `true` while the fault has calls left in this scope; takes one of them. */
  take(scope: string, fault: Fault): boolean {
    if (fault.times === undefined) {
      return true;
    }
    const key = `${scope}\n${fault.text}`;
    const calls = this.#calls.get(key) ?? 0;
    if (calls >= fault.times) {
      return false;
    }
    this.#calls.set(key, calls + 1);
    return true;
  }

  reset(): void {
    this.#calls.clear();
  }
}

/** A fault with the scope that its calls are counted in. */
export interface ScopedFault {
  readonly scope: string;
  readonly fault: Fault;
}

/**
 * Chooses what applies to this call. A main fault that does not fit the request (`midsys` without such a message) is
 * skipped, and so are those behind the one that was taken: they keep their calls, so that `529x2+cut3x1` is a sequence.
 */
export function activeFaults(
  faults: readonly ScopedFault[],
  counters: FaultCounters,
  fits: (fault: Fault) => boolean,
): ActiveFaults {
  let main: Fault | undefined;
  const alters = new Map<FaultName, Fault>();
  for (const { scope, fault } of faults) {
    if (FAULTS[fault.name].kind === 'alters') {
      if (counters.take(scope, fault)) {
        alters.set(fault.name, fault);
      }
    } else if (main === undefined && fits(fault) && counters.take(scope, fault)) {
      main = fault;
    }
  }
  return { main, alters };
}
