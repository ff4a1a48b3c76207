import { pause, rssOf, send } from '../rig.ts';
import type { RunningSystem } from '../systems/system.ts';
import { smallStream, smallUnary } from '../workloads.ts';
import type { Scenario, Stage } from './scenario.ts';

const STREAMS = 1_000;
const WAVES = 3;
// 10,000 events a second: slow enough that no system is short of CPU, since memory is measured here and not a backlog.
const GAP_MS = 100;
const WORDS = 32;
/** What a wave needs. */
const WAVE_MS = 6_000;
const SAMPLE_MS = 100;
/** Load that fills the heap to its working size first: until then its growth says nothing about what is kept. */
const FILL_MS = 8_000;
const FILL_IN_FLIGHT = 64;
const MIB = 1_048_576;

/** Memory while 1,000 slow streams are open, wave after wave, each system started anew: scenario e. */
export const openStreamsScenario: Scenario = {
  id: 'e',
  title: 'memory at 1,000 open streams',
  run: async (stage) => {
    for (const { name } of stage.systems.filter((one) => one.name !== 'direct')) {
      const system = await stage.startFresh(name);
      try {
        await runWaves(stage, system);
      } finally {
        await system.stop();
      }
    }
  },
};

async function runWaves({ rig, figures, quick, leftMs }: Stage, system: RunningSystem): Promise<void> {
  await send(rig, system, smallUnary(FILL_IN_FLIGHT, quick ? FILL_MS / 8 : FILL_MS));
  await rig.mock.control.configure({ gapMs: GAP_MS });
  const add = (title: string, bytes: number) =>
    figures.add({ scenario: 'e', title, system: system.name, round: 1, value: bytes / MIB, unit: 'MiB' });
  add('RSS when warm', rssOf(system));
  const streams = quick ? STREAMS / 2 : STREAMS;
  for (let wave = 1; wave <= WAVES; wave += 1) {
    if (leftMs() < WAVE_MS) {
      figures.complain(`open streams, ${system.name}, wave ${wave}: left out, the run has used up its time`);
      return;
    }
    const ended = send(rig, system, {
      ...smallStream(streams, 0, { spreadMs: 500, words: WORDS }),
      requestsMax: streams,
    });
    const [result, peak] = await Promise.all([ended, peakRss(system, ended)]);
    if (result.wrong > 0) {
      figures.complain(`open streams, ${system.name}: ${result.wrong} wrong answers (${result.reasons.join('; ')})`);
    }
    add(`RSS at ${streams} streams, wave ${wave}`, peak);
  }
}

async function peakRss(system: RunningSystem, ended: Promise<unknown>): Promise<number> {
  let peak = 0;
  let open = true;
  const close = () => {
    open = false;
  };
  void ended.then(close, close);
  while (open) {
    peak = Math.max(peak, rssOf(system));
    await pause(SAMPLE_MS);
  }
  return peak;
}
