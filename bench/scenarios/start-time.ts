import type { Scenario } from './scenario.ts';

/** From the start of the process to the first `/readyz` that says 200, the data directory being there: scenario g. */
export const startTimeScenario: Scenario = {
  id: 'g',
  title: 'from start to ready',
  run: async ({ figures, rounds, startFresh, systems }) => {
    if (!systems.some(({ name }) => name === 'saola')) return;
    for (let round = 1; round <= rounds; round += 1) {
      const system = await startFresh('saola');
      const value = system.readyMs;
      await system.stop();
      figures.add({ scenario: 'g', title: 'start to ready', system: 'saola', round, value, unit: 'ms' });
    }
  },
};
