// `npm test` and, with --quick, `npm run check`: every gate in order, to the end, then one plain line with the counts.
import { bordersGate } from './gates/borders.ts';
import { commandGate } from './gates/command-gate.ts';
import type { Counts, Gate } from './gates/gate.ts';
import { vitestGate } from './gates/vitest-gate.ts';

// Both TypeScript packages offer a `tsc`; the fast one is called by its path.
const tsc = 'node_modules/typescript7/bin/tsc';

const always: readonly Gate[] = [
  commandGate('format and lint (biome)', 'node_modules/@biomejs/biome/bin/biome', 'check'),
  commandGate('types (tsc)', tsc, '-p', 'tsconfig.json'),
  commandGate('types of the pure folders (tsc)', tsc, '-p', 'tsconfig.pure.json'),
  bordersGate,
  commandGate('unused files, exports and packages (knip)', 'node_modules/knip/bin/knip.js'),
  vitestGate('tidy tree', ['--project', 'tidy']),
];

const quick: readonly Gate[] = [...always, vitestGate('unit tests', ['--project', 'unit', 'src'])];

const full: readonly Gate[] = [
  ...always,
  vitestGate('unit, conformance and black-box tests', ['--project', 'unit', '--project', 'black-box']),
  commandGate('release build', 'scripts/build.ts'),
  vitestGate('release package', ['--project', 'release']),
];

async function runGate(gate: Gate): Promise<Counts> {
  process.stdout.write(`\n=== ${gate.title}\n`);
  const startedMs = performance.now();
  const counts = await gate.run().catch((error: unknown): Counts => {
    process.stdout.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return { passed: 0, failed: 1 };
  });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(`--- ${gate.title}: ${counts.passed} passed, ${counts.failed} failed, ${seconds} s\n`);
  return counts;
}

const gates = process.argv.includes('--quick') ? quick : full;
let passed = 0;
let failed = 0;
const failedGates: string[] = [];
for (const gate of gates) {
  const counts = await runGate(gate);
  passed += counts.passed;
  failed += counts.failed;
  if (counts.failed > 0) failedGates.push(gate.title);
}
if (failedGates.length > 0) process.stdout.write(`\nfailed: ${failedGates.join('; ')}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
