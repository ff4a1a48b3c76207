import { readdirSync, readFileSync } from 'node:fs';

/** CPU time and memory of a process and all its descendants, from Linux `/proc`. */
export interface TreeUse {
  /** User and system time, in steps of one clock tick (10 ms). */
  readonly cpuMs: number;
  /** Resident memory; pages shared between processes count once for each. */
  readonly rssBytes: number;
}

// USER_HZ is 100 on every Linux platform that Node runs on; see proc(5), "clock ticks".
const TICK_MS = 10;
const PAGE_BYTES = 4_096;

interface Stat {
  readonly parent: number;
  readonly cpuTicks: number;
  readonly rssPages: number;
}

/** Throws an `Error` when the root process is gone. */
export function treeUse(rootPid: number): TreeUse {
  const stats = allStats();
  if (!stats.has(rootPid)) throw new Error(`process ${rootPid} has ended`);
  const members = new Set([rootPid]);
  // A child may have a smaller number than its parent, so the search goes on until nothing is added.
  for (let before = 0; before !== members.size; ) {
    before = members.size;
    for (const [pid, { parent }] of stats) if (members.has(parent)) members.add(pid);
  }
  let cpuTicks = 0;
  let rssPages = 0;
  for (const pid of members) {
    cpuTicks += stats.get(pid)?.cpuTicks ?? 0;
    rssPages += stats.get(pid)?.rssPages ?? 0;
  }
  return { cpuMs: cpuTicks * TICK_MS, rssBytes: rssPages * PAGE_BYTES };
}

function allStats(): ReadonlyMap<number, Stat> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.flatMap((pid) => {
    const stat = statOf(pid);
    return stat === undefined ? [] : [[Number(pid), stat] as const];
  });
  return new Map(found);
}

function statOf(pid: string): Stat | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The name in brackets may hold blanks and brackets. Fields after it: state ppid ... utime (14th) stime ... rss (24th).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return { parent: field(4), cpuTicks: field(14) + field(15), rssPages: field(24) };
}

/** A process may end between the listing and the look. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
