import { parseArgs } from 'node:util';

/** Letters of the scenarios, in the order in which they run. */
export const SCENARIO_IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const;

/** One scenario; `main.ts --help` says what each measures. */
export type ScenarioId = (typeof SCENARIO_IDS)[number];

/** What the command line asked for. */
export interface BenchOptions {
  readonly only: ReadonlySet<ScenarioId>;
  /** Shorter bursts and fewer streams: good for a look, not for a figure. */
  readonly quick: boolean;
  readonly rounds: number;
  readonly requireNginx: boolean;
  /** Another entry of Saola, such as a built release; undefined for the source. */
  readonly saolaEntry: string | undefined;
  readonly help: boolean;
}

/** How to call it. */
export const USAGE = `npm run bench -- [--quick] [--only a,b] [--rounds N] [--require-nginx] [--saola FILE]
  a  1 KB answers, 32 in flight               e  memory at 1,000 open streams, three waves
  b  streams of 64 events, unpaced and paced  f  stalls at 512, 1,000 and 2,000 paced streams
  c  bodies of 90 KB, plain and streamed      g  from start to ready with an existing data directory
  d  time to first byte added at light load
--saola FILE  measures that entry, for example bin/saola.mjs after npm run build, in place of the source
`;

/** Throws an `Error` for people when the arguments make no sense. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: SCENARIO_IDS.join(',') },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      'require-nginx': { type: 'boolean', default: false },
      saola: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 9) throw new Error('--rounds: a number from 1 to 9');
  return {
    only: new Set(values.only.split(',').map(scenarioId)),
    quick: values.quick,
    rounds,
    requireNginx: values['require-nginx'],
    saolaEntry: values.saola,
    help: values.help,
  };
}

function scenarioId(text: string): ScenarioId {
  const id = SCENARIO_IDS.find((known) => known === text.trim());
  if (id === undefined) throw new Error(`--only: "${text}" is none of ${SCENARIO_IDS.join(', ')}`);
  return id;
}
