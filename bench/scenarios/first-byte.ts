import { sample, send } from '../rig.ts';
import { smallStream } from '../workloads.ts';
import { checkSample, inTurn, type Scenario, type Stage } from './scenario.ts';

/** Time to the first byte of a stream, one request at a time, against the mock called directly: scenario d. */
export const firstByteScenario: Scenario = {
  id: 'd',
  title: 'time to first byte at light load',
  run: async (stage) => {
    const { rig, figures, rounds, systems, quick } = stage;
    await rig.mock.control.configure({ gapMs: 0 });
    const burst = { ...smallStream(1, quick ? 600 : 1_500), requestsMax: 1_000 };
    for (const system of systems) await send(rig, system, { ...burst, requestsMax: 100 });
    for (let round = 1; round <= rounds; round += 1) {
      for (const system of inTurn(systems, round)) {
        const taken = await sample(rig, system, burst);
        checkSample(figures, 'first byte', { system: system.name, taken });
        const add = (what: string, value: number) =>
          figures.add({ scenario: 'd', title: `first byte: ${what}`, system: system.name, round, value, unit: 'ms' });
        add('p50', taken.firstByteMs.p50);
        add('p99', taken.firstByteMs.p99);
      }
    }
    addDifferences(stage);
  },
};

/** What a system adds to calling the mock directly, round by round. */
function addDifferences({ figures }: Stage): void {
  const measured = figures.all.filter(({ title }) => title.startsWith('first byte: '));
  for (const through of measured.filter(({ system }) => system !== 'direct')) {
    const { title, round } = through;
    const direct = measured.find((one) => one.system === 'direct' && one.title === title && one.round === round);
    if (direct === undefined) continue;
    const value = through.value - direct.value;
    figures.add({ ...through, title: title.replace('first byte:', 'first byte added:'), value });
  }
}
