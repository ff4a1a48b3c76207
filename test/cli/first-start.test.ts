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
  await stop();
  rmSync(folder, { recursive: true });
});

async function stop(): Promise<void> {
  const ended = new Promise((resolve) => server?.once('exit', resolve));
  server?.kill('SIGINT');
  await ended;
}

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

test('the sandbox gives way to a provider key that comes later; after that a start says which keys it passes over', async () => {
  const dataDir = path.join(folder, 'data');
  expect(await start(dataDir)).toContain('the sandbox answers');
  await stop();
  expect(await start(dataDir)).toContain('the sandbox answers');
  await stop();
  const taken = await start(dataDir, { OPENAI_API_KEY: 'sk-canary' });
  expect(taken).toContain('provider from the environment: OPENAI_API_KEY');
  expect(taken).not.toContain('the sandbox answers');
  await stop();
  const later = await start(dataDir, { OPENAI_API_KEY: 'sk-canary', GROQ_API_KEY: 'gsk-canary' });
  expect(later).toContain('GROQ_API_KEY is not used: this data directory has its providers');
  expect(later).not.toContain('OPENAI_API_KEY');
  expect(later).not.toContain('canary');
});

test('a proxy of the environment is named as without effect, since other programs would use it', async () => {
  const notes = await start(path.join(folder, 'data'), { HTTPS_PROXY: 'http://127.0.0.1:1' });
  expect(notes).toContain('HTTPS_PROXY is set and has no effect: Saola connects to providers itself\n');
});
