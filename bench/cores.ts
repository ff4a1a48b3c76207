import { readFileSync } from 'node:fs';

/** Which processors the two sides of a run are pinned to, as `taskset -c` takes them. */
export interface Cores {
  /** One processor: the system that is measured, and nothing else of the run. */
  readonly system: string;
  /** All others: mock provider and load generator. */
  readonly others: string;
  /** False on a machine with one processor, where both sides disturb each other. */
  readonly apart: boolean;
}

/** Reads what this process may use. Throws where there is no Linux `/proc`. */
export function readCores(): Cores {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (list === undefined) throw new Error('the benchmarks need Linux: /proc/self/status names no processors');
  const numbers = list.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  const [first = 0, ...rest] = numbers;
  return { system: String(first), others: rest.length > 0 ? rest.join(',') : String(first), apart: rest.length > 0 };
}
