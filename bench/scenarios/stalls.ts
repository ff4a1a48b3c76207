import { sample } from '../rig.ts';
import { smallStream } from '../workloads.ts';
import { checkSample, type Scenario } from './scenario.ts';

const COUNTS = [512, 1_000, 2_000];
/** What the slowest burst may need; the rest of the run is dropped rather than the limit on the whole run. */
const NEEDED_MS = 15_000;

/** Gaps of more than 200 ms within streams of 64 events at 20 ms, for the number of streams at once: scenario f. */
export const stallsScenario: Scenario = {
  id: 'f',
  title: 'stalls of paced streams',
  run: async ({ rig, figures, systems, quick, leftMs }) => {
    await rig.mock.control.configure({ gapMs: 20 });
    for (const streams of quick ? COUNTS.slice(0, 1) : COUNTS) {
      for (const system of systems) {
        const title = `${streams} streams at 20 ms`;
        if (leftMs() < NEEDED_MS) {
          figures.complain(`${title}, ${system.name}: left out, the run has used up its time`);
          continue;
        }
        const taken = await sample(rig, system, {
          ...smallStream(streams, 0, { spreadMs: 500 }),
          requestsMax: streams,
        });
        checkSample(figures, title, { system: system.name, taken });
        const add = (what: string, unit: string, value: number) =>
          figures.add({ scenario: 'f', title: `${title}: ${what}`, system: system.name, round: 1, value, unit });
        add('streams with a stall', '', taken.stalledStreams);
        add('longest gap', 'ms', taken.gapMaxMs);
        add('mock and load, share of their core', '', taken.otherShare);
      }
    }
  },
};
