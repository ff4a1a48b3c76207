import type { ScenarioId } from '../options.ts';
import { type Burst, sample, send } from '../rig.ts';
import type { RunningSystem } from '../systems/system.ts';
import { codingBody, smallStream, smallUnary } from '../workloads.ts';
import { checkSample, inTurn, type Scenario, type Stage } from './scenario.ts';

interface Workload {
  readonly id: ScenarioId;
  readonly title: string;
  readonly burst: (forMs: number) => Burst;
  readonly forMs: number;
  /** Between two events of the mock. */
  readonly gapMs: number;
  readonly per: 'request' | 'event';
}

const workloads: readonly Workload[] = [
  { id: 'a', title: '1 KB answers', burst: (ms) => smallUnary(32, ms), forMs: 2_000, gapMs: 0, per: 'request' },
  { id: 'b', title: 'streams, unpaced', burst: (ms) => smallStream(32, ms), forMs: 2_000, gapMs: 0, per: 'event' },
  {
    id: 'b',
    title: '64 streams at 20 ms',
    burst: (ms) => smallStream(64, ms, { spreadMs: 500 }),
    forMs: 2_000,
    gapMs: 20,
    per: 'event',
  },
  { id: 'c', title: '90 KB bodies', burst: (ms) => codingBody(false, 16, ms), forMs: 2_000, gapMs: 0, per: 'request' },
  {
    id: 'c',
    title: '90 KB bodies, streamed answers',
    burst: (ms) => codingBody(true, 16, ms),
    forMs: 1_500,
    gapMs: 0,
    per: 'request',
  },
];

/** CPU for each request or event, requests a second and memory under steady load: scenarios a, b and c. */
export const throughputScenarios: readonly Scenario[] = workloads.map((workload) => ({
  id: workload.id,
  title: workload.title,
  run: (stage) => runWorkload(stage, workload),
}));

/** A gateway runs for weeks: what its engine compiles in the first seconds is no part of what a request costs. */
const WARM_MS = 4_000;
const QUICK_WARM_MS = 400;

async function runWorkload(stage: Stage, workload: Workload): Promise<void> {
  const { rig, rounds, systems, quick } = stage;
  await rig.mock.control.configure({ gapMs: workload.gapMs });
  const proxies = systems.filter(({ name }) => name !== 'direct');
  const forMs = quick ? workload.forMs / 2 : workload.forMs;
  for (const system of proxies) await send(rig, system, workload.burst(quick ? QUICK_WARM_MS : WARM_MS));
  for (let round = 1; round <= rounds; round += 1) {
    for (const system of inTurn(proxies, round)) {
      if (stage.leftMs() < 0) return;
      await measure(stage, { workload, system, round, burst: workload.burst(forMs) });
    }
  }
}

interface Measurement {
  readonly workload: Workload;
  readonly system: RunningSystem;
  readonly round: number;
  readonly burst: Burst;
}

async function measure({ rig, figures }: Stage, { workload, system, round, burst }: Measurement): Promise<void> {
  const { id, title, per } = workload;
  const taken = await sample(rig, system, burst);
  checkSample(figures, title, { system: system.name, taken });
  const add = (what: string, unit: string, value: number) =>
    figures.add({ scenario: id, title: `${title}: ${what}`, system: system.name, round, value, unit });
  const count = per === 'event' ? taken.events : taken.answers;
  add(`CPU per ${per}`, 'us', (taken.cpuMs * 1_000) / Math.max(1, count));
  add('requests a second', '/s', (taken.answers * 1_000) / taken.tookMs);
  add('mock and load, share of their core', '', taken.otherShare);
  add('RSS', 'MiB', taken.rssBytes / 1_048_576);
}
