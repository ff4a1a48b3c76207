import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
let folder = '';
let server: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'saola-first-'));
});
afterEach(async () => {
  const ended = new Promise((resolve) => server?.once('exit', resolve));
  server?.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true });
});

/** Starts without a configuration on this data directory; what it told people once it was ready. */
async function start(dataDir: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const args = [CLI, 'serve', '--port', '0', '--data-dir', dataDir];
  const child = spawn(process.execPath, args, { cwd: folder, env: { HOME: folder, ...env } });
  server = child;
  let notes = '';
  child.stderr.on('data', (chunk: Buffer) => {
    notes += chunk.toString('utf8');
  });
  await expect.poll(() => notes, { timeout: 10_000 }).toMatch(/make a key: .*\n/);
  return notes;
}

test('the command that the start prints makes a key that works', async () => {
  const notes = await start(path.join(folder, 'data'));
  const url = /listens on (\S+)/.exec(notes)?.[1];
  const [, args = ''] = /make a key:\s+npm run -s saola -- (.*)/.exec(notes) ?? [];
  const command = [CLI, ...args.split(' ')];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: folder, env: { HOME: folder } });
  const answer = await fetch(`${url}/v1/models`, { headers: { 'x-api-key': stdout.trim() } });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ data: [{ id: 'sandbox/echo' }, { id: 'sandbox/lorem' }] });
});
