import { readFileSync } from 'node:fs';

// As in process-tree.ts: ticks of 10 ms.
const TICK_MS = 10;

/** CPU time that all programs of the machine have taken since it started, and its number of processors. */
export function machineCpu(): { readonly busyMs: number; readonly processors: number } {
  const lines = readFileSync('/proc/stat', 'utf8').split('\n');
  // cpu user nice system idle iowait irq softirq ...; see proc(5).
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (lines[0] ?? '')
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const processors = lines.filter((line) => /^cpu\d/.test(line)).length;
  return { busyMs: (user + nice + system + irq + softirq) * TICK_MS, processors };
}
