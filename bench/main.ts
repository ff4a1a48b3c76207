import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startMock } from '../mock-provider/start.ts';
import { type Cores, readCores } from './cores.ts';
import { Figures } from './figures.ts';
import { startLoadGenerator } from './load-generator.ts';
import { type BenchOptions, parseOptions, USAGE } from './options.ts';
import { TASKSET } from './pinned-process.ts';
import { reportText } from './report.ts';
import { runSystems } from './run-systems.ts';
import { firstByteScenario } from './scenarios/first-byte.ts';
import { openStreamsScenario } from './scenarios/open-streams.ts';
import type { Scenario, Stage } from './scenarios/scenario.ts';
import { stallsScenario } from './scenarios/stalls.ts';
import { startTimeScenario } from './scenarios/start-time.ts';
import { throughputScenarios } from './scenarios/throughput.ts';
import { hasNginx } from './systems/start-nginx.ts';
import type { SystemName } from './systems/system.ts';

const RESULTS = fileURLToPath(new URL('./results/', import.meta.url));
const RUN_MS_MAX = 360_000;
const QUICK_RUN_MS_MAX = 60_000;

const scenarios: readonly Scenario[] = [
  ...throughputScenarios,
  firstByteScenario,
  openStreamsScenario,
  stallsScenario,
  startTimeScenario,
];

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const cores = readCores();
  const nginx = await hasNginx();
  if (!nginx && options.requireNginx) throw new Error('nginx is not installed');
  const figures = new Figures();
  if (!nginx) figures.complain('nginx is not installed: no ratios to it (apt-get install nginx)');
  if (!cores.apart) figures.complain('one processor only: mock and load disturb what is measured');
  const folder = mkdtempSync(path.join(tmpdir(), 'saola-bench-'));
  try {
    await runAll({
      options,
      cores,
      figures,
      folder,
      names: ['direct', ...(nginx ? ['nginx' as const] : []), 'bare', 'saola'],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  report(figures, cores, options);
}

interface Run {
  readonly options: BenchOptions;
  readonly cores: Cores;
  readonly figures: Figures;
  readonly folder: string;
  readonly names: readonly SystemName[];
}

async function runAll({ options, cores, figures, folder, names }: Run): Promise<void> {
  const endsAt = performance.now() + (options.quick ? QUICK_RUN_MS_MAX : RUN_MS_MAX);
  const mock = await startMock(['--no-log']);
  const load = startLoadGenerator(cores.others, path.join(folder, 'load.log'));
  try {
    execFileSync(TASKSET, ['-a', '-p', '-c', cores.others, String(mock.pid)]);
    const place = { upstreamPort: mock.port, folder, processors: cores.system };
    const systems = await runSystems(names, place, options.saolaEntry);
    try {
      const leftMs = () => endsAt - performance.now();
      const { quick, rounds } = options;
      const stage = { rig: { load, mock }, figures, quick, rounds, systems: systems.standing, leftMs };
      await runScenarios({ ...stage, startFresh: systems.startFresh }, options);
    } finally {
      await systems.stop();
    }
  } finally {
    await load.stop();
    await mock.stop();
  }
}

async function runScenarios(stage: Stage, { only }: BenchOptions): Promise<void> {
  for (const scenario of scenarios.filter(({ id }) => only.has(id))) {
    if (stage.leftMs() < 0) {
      stage.figures.complain(`${scenario.title}: left out, the run has used up its time`);
      continue;
    }
    const startedAt = performance.now();
    process.stderr.write(`${scenario.id}  ${scenario.title} ...`);
    await scenario.run(stage);
    process.stderr.write(` ${((performance.now() - startedAt) / 1_000).toFixed(0)} s\n`);
  }
}

function report(figures: Figures, cores: Cores, options: BenchOptions): void {
  const notes = [
    `System on processor ${cores.system}, mock provider and load generator on ${cores.others}; medians of ${options.rounds} rounds.`,
    ...(options.quick ? ['Quick run: for a look, not for a figure.'] : []),
  ];
  const text = reportText(figures, notes);
  process.stdout.write(text);
  mkdirSync(RESULTS, { recursive: true });
  const name = path.join(RESULTS, new Date().toISOString().replace(/[:.]/g, '-'));
  writeFileSync(`${name}.txt`, text);
  writeFileSync(
    `${name}.json`,
    `${JSON.stringify({ notes, figures: figures.all, complaints: figures.complaints }, null, 1)}\n`,
  );
  process.stdout.write(`written to ${path.relative(process.cwd(), name)}.txt and .json\n`);
}

await main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
