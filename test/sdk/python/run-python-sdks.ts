import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSdkWorld } from '../sdk-world.ts';

const FILES = ['openai-sdk.py', 'anthropic-sdk.py', 'google-sdk.py'];
const FILE_MS = 60_000;

/** Runs the checks of the three Python SDKs and prints them; `python` is an interpreter that has the SDKs. */
export async function runPythonSdks(python: string): Promise<{ passed: number; failed: number }> {
  const world = await startSdkWorld();
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: world.saola.dataDir,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONIOENCODING: 'utf-8',
    SAOLA_TEST_URL: world.saola.url,
    SAOLA_TEST_KEY: world.saola.key,
  };
  const sum = { passed: 0, failed: 0 };
  try {
    for (const file of FILES) {
      const counts = await runFile(python, file, env);
      sum.passed += counts.passed;
      sum.failed += counts.failed;
    }
  } finally {
    await world.stop();
  }
  return sum;
}

async function runFile(python: string, file: string, env: Record<string, string>): Promise<typeof NOTHING> {
  const at = fileURLToPath(new URL(file, import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(python, [at], { env, timeout: FILE_MS });
    const lines = stdout.trimEnd().split('\n');
    const counts = JSON.parse(lines.pop() ?? '') as typeof NOTHING;
    process.stdout.write(`${lines.join('\n')}\n`);
    // A file without a single check has hidden something.
    return counts.passed + counts.failed === 0 ? NOTHING : counts;
  } catch (error) {
    // It ended with an error, too late, or without its last line.
    process.stdout.write(`FAIL ${file}\n${error instanceof Error ? error.message : String(error)}\n`);
    return NOTHING;
  }
}

const NOTHING = { passed: 0, failed: 1 };
