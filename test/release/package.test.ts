import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { npm, olderNode, run, shellEnvironment } from './run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const temporary = mkdtempSync(path.join(os.tmpdir(), 'saola-release-'));
const folder = path.join(temporary, 'empty-folder');
const program = path.join(folder, 'node_modules/saola/bin/saola.mjs');
const older = await olderNode();
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };

beforeAll(async () => {
  mkdirSync(folder);
  // The release is built by now; scripts would build it a second time.
  const packed = await npm(['pack', '--ignore-scripts', '--pack-destination', temporary], root);
  expect(packed.code, packed.stderr).toBe(0);
  const tarball = path.join(temporary, `saola-${version}.tgz`);
  const installed = await npm(['install', '--offline', '--no-audit', '--no-fund', tarball], folder);
  expect(installed.code, installed.stderr).toBe(0);
}, 120_000);

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

test('the package holds the release and its papers, and nothing else', () => {
  const contents = readdirSync(path.dirname(path.dirname(program))).sort();
  expect(contents).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'schema.json']);
});

test('it brings no other package', () => {
  expect(readdirSync(path.join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['saola']);
});

test('npx saola --version works in an empty folder', async () => {
  const ended = await npm(['exec', '--offline', '--', 'saola', '--version'], folder);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout.trim()).toBe(version);
});

test.skipIf(older === undefined)('an older Node gets one line of advice (platform)', async () => {
  const ended = await run(older ?? '', [program, '--version'], folder);
  expect(ended.code).toBe(1);
  expect(ended.stdout).toBe('');
  expect(ended.stderr).toMatch(/^saola: needs Node 24 or newer and this is \S+; install it from [^\n]+\n$/);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Resolves when the server answers; rejects when it ends before. */
async function untilHealthy(url: string, server: ChildProcess): Promise<void> {
  while (server.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    // tidy-allow sleep: nothing is there yet to wait for
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the server ended with ${server.exitCode}`);
}

test('saola serve starts from the package, answers, and stops on SIGTERM', async () => {
  const port = await freePort();
  const args = [
    program,
    'serve',
    '--port',
    String(port),
    '--data-dir',
    path.join(temporary, 'data'),
    '--no-env-providers',
  ];
  const server = spawn(process.execPath, args, {
    cwd: folder,
    env: shellEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  server.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  server.stderr.on('data', (piece: Buffer) => (output += piece.toString()));
  try {
    await untilHealthy(`http://127.0.0.1:${port}/readyz`, server).catch((error: Error) => {
      throw new Error(`${error.message}\n${output}`);
    });
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    expect(await ended, output).toEqual([0, null]);
  } finally {
    server.kill('SIGKILL');
  }
}, 60_000);
