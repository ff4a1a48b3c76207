import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Counts, Gate } from './gate.ts';
import { runNode } from './run-node.ts';
import { countTests, type VitestReport } from './vitest-report.ts';

async function runVitest(args: readonly string[], folder: string, node: string | undefined): Promise<Counts> {
  const file = path.join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await runNode(['node_modules/vitest/vitest.mjs', 'run', ...args, ...reporters], node);
  const { passed, failed, complaints } = countTests(JSON.parse(readFileSync(file, 'utf8')) as VitestReport);
  for (const line of complaints) process.stdout.write(`${line}\n`);
  if (passed + failed === 0) process.stdout.write('no test was found\n');
  // An unhandled error outside of any test fails the run although each test passed.
  const failedOutside = failed === 0 && (code !== 0 || passed === 0) ? 1 : 0;
  return { passed, failed: failed + failedOutside };
}

/** A gate that counts each test of a vitest run; under this Node, unless another is named. */
export function vitestGate(title: string, args: readonly string[], node?: string): Gate {
  return {
    title,
    run: async () => {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'saola-test-'));
      try {
        return await runVitest(args, folder, node);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}
