import type { ControlClient } from '../mock-provider/control-client.ts';
import type { LoadResult, LoadSpec } from './load/load-spec.ts';
import type { LoadGenerator } from './load-generator.ts';
import { machineCpu } from './machine-cpu.ts';
import { treeUse } from './process-tree.ts';
import type { RunningSystem } from './systems/system.ts';

/** The side of a run that is not measured. */
export interface Rig {
  readonly load: LoadGenerator;
  readonly mock: { readonly pid: number; readonly port: number; readonly control: ControlClient };
}

/** A burst without what depends on the system. */
export type Burst = Omit<LoadSpec, 'port' | 'headers'>;

/** A burst as seen from both sides. */
export interface Sample extends LoadResult {
  /** CPU of the system's process tree, from the start of the burst until it was quiet again. 0 for `direct`. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** Share of one processor that mock and load generator took; near 1 the requests per second are their limit. */
  readonly otherShare: number;
  /** Share of all processors that programs took which are no part of the run, up to the last answer. */
  readonly foreignShare: number;
}

const QUIET_STEP_MS = 100;
const QUIET_STEPS_MAX = 20;

/** Sends a burst and measures the system from outside. */
export async function sample(rig: Rig, system: RunningSystem, burst: Burst): Promise<Sample> {
  const before = cpuOf(system);
  const mockBefore = treeUse(rig.mock.pid).cpuMs;
  const machineBefore = machineCpu();
  const result = await send(rig, system, burst);
  const machineMs = machineCpu().busyMs - machineBefore.busyMs;
  const othersMs = result.loadCpuMs + treeUse(rig.mock.pid).cpuMs - mockBefore;
  const foreignMs = machineMs - othersMs - (cpuOf(system) - before);
  const rssBytes = rssOf(system);
  return {
    ...result,
    cpuMs: (await quietCpuOf(system)) - before,
    rssBytes,
    otherShare: othersMs / result.tookMs,
    foreignShare: Math.max(0, foreignMs) / (result.tookMs * machineBefore.processors),
  };
}

/** Sends a burst without looking at the system. */
export function send(rig: Rig, system: RunningSystem, burst: Burst): Promise<LoadResult> {
  return rig.load.run({ ...burst, port: system.port, headers: system.headers });
}

/** Resident memory of the system's process tree; 0 for `direct`. */
export function rssOf({ pid }: RunningSystem): number {
  return pid === undefined ? 0 : treeUse(pid).rssBytes;
}

function cpuOf({ pid }: RunningSystem): number {
  return pid === undefined ? 0 : treeUse(pid).cpuMs;
}

/** What is done after the answer (log lines, rows of the request log) belongs to the request: waits until it is done. */
async function quietCpuOf(system: RunningSystem): Promise<number> {
  let quiet = 0;
  let last = cpuOf(system);
  for (let step = 0; step < QUIET_STEPS_MAX && quiet < 3; step += 1) {
    await pause(QUIET_STEP_MS);
    const now = cpuOf(system);
    quiet = now - last <= 0 ? quiet + 1 : 0;
    last = now;
  }
  return last;
}

/** Lets time pass; for sampling only. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
