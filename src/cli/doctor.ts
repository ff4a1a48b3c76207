import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { EXIT } from './exit.ts';
import { type CommonFlags, withCommonFlags } from './flags.ts';
import { printJson, printTable } from './output.ts';
import { testProvider } from './test-provider.ts';
import { usingWorkspace, type Workspace } from './workspace.ts';

interface Finding {
  readonly check: string;
  readonly result: 'ok' | 'attention';
  readonly detail: string;
}

const SLOW_SYNC_MS = 20;
const SYNCS = 20;

/** `saola doctor`: is this machine fit, does the configuration hold, do the providers answer. */
export function doctorCommand(): Command {
  return withCommonFlags(new Command('doctor'))
    .description('test configuration, store, disk, server and providers')
    .action(async (_flags: unknown, command: Command) => doctor(command.optsWithGlobals()));
}

async function doctor(flags: CommonFlags): Promise<void> {
  await usingWorkspace(flags, async (workspace) => {
    const findings = [
      checkConfig(workspace),
      await checkStore(workspace),
      await checkDisk(workspace),
      await checkServer(workspace),
      ...(await checkProviders(workspace)),
    ];
    if (flags.json === true) printJson(findings);
    else
      printTable(
        ['CHECK', 'RESULT', 'DETAIL'],
        findings.map((finding) => [finding.check, finding.result, finding.detail]),
        '',
      );
    if (findings.some((finding) => finding.result !== 'ok')) process.exitCode = EXIT.attention;
  });
}

function checkConfig({ config, fault }: Workspace): Finding {
  if (fault !== undefined) return { check: 'configuration', result: 'attention', detail: 'does not hold; see above' };
  return { check: 'configuration', result: 'ok', detail: config.file ?? 'no file' };
}

async function checkStore({ store }: Workspace): Promise<Finding> {
  const { pending, unknown } = await store.migrations.status();
  const current = pending.length + unknown.length === 0;
  return {
    check: 'store',
    result: current ? 'ok' : 'attention',
    detail: `${store.engine}, schema ${current ? 'current' : 'not current'}`,
  };
}

async function checkDisk({ config }: Workspace): Promise<Finding> {
  const path = join(config.settings.dataDir, 'doctor.tmp');
  const file = await open(path, 'w');
  const times: number[] = [];
  for (let i = 0; i < SYNCS; i++) {
    await file.write('x');
    const started = performance.now();
    await file.datasync();
    times.push(performance.now() - started);
  }
  await file.close();
  await rm(path);
  const median = times.sort((a, b) => a - b)[SYNCS / 2] ?? 0;
  return {
    check: 'disk sync',
    result: median > SLOW_SYNC_MS ? 'attention' : 'ok',
    detail: `${median.toFixed(2)} ms (median of ${SYNCS})`,
  };
}

async function checkServer(workspace: Workspace): Promise<Finding> {
  const answer = await workspace.poke('health');
  return {
    check: 'server',
    result: 'ok',
    detail: answer === undefined ? 'none is running on this data directory' : 'running',
  };
}

async function checkProviders({ store, openSecrets }: Workspace): Promise<Finding[]> {
  const stored = await store.catalogue.load();
  const findings: Finding[] = [];
  for (const provider of stored.catalogue.providers) {
    for (const test of await testProvider(provider, openSecrets(stored))) {
      findings.push({
        check: `provider ${test.provider} ${test.protocol} ${test.key}`,
        result: test.result === 'ok' ? 'ok' : 'attention',
        detail: `${test.result}, ${test.ms} ms`,
      });
    }
  }
  return findings;
}
