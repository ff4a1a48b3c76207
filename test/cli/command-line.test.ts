import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'saola-cli-'));
const dataDir = path.join(folder, 'data');
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | string | null | undefined;
  readonly out: string;
  readonly notes: string;
}

function saola(...args: string[]): Promise<Ended> {
  const options = { env: { HOME: folder }, cwd: folder, timeout: 15_000 };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], options, (error, out, notes) => {
      resolve({ code: error === null ? 0 : error.code, out, notes });
    });
  });
}

test.each([
  ['key', 'saola: there is no command "key"; did you mean "keys"?\n'],
  ['topup', /^saola: there is no command "topup"; there are serve, init, migrate, [^\n]+\n$/],
])('a command that there is not: %s', async (word, said) => {
  const { code, notes } = await saola(word, 'list');
  expect(notes).toMatch(said);
  expect(code).toBe(2);
});

test('migrate runs on no mistyped word', async () => {
  const elsewhere = path.join(folder, 'untouched');
  const { code, notes } = await saola('migrate', 'statsu', '--data-dir', elsewhere);
  expect(notes).toContain('Allowed choices are up, status');
  expect(code).toBe(2);
  expect(existsSync(elsewhere)).toBe(false);
});

test('a command brings up a store that is new, and leaves one that a running server may be using as it is', async () => {
  const older = path.join(folder, 'older');
  expect((await saola('accounts', 'list', '--data-dir', older)).code).toBe(0);
  const requests = new DatabaseSync(path.join(older, 'requests.db'));
  requests.exec('delete from kysely_migration');
  requests.close();
  const { code, notes } = await saola('accounts', 'list', '--data-dir', older);
  expect(notes).toMatch(/^saola: the store's schema is older than this program [^\n]*: run `saola migrate up`\n$/);
  expect(code).toBe(1);
});

test.each([
  [['--data-dir', dataDir, '--json', 'accounts', 'list']],
  [['accounts', '--data-dir', dataDir, '--json', 'list']],
  [['accounts', 'list', '--data-dir', dataDir, '--json']],
])('the common flags count wherever they stand: %s', async (args) => {
  const { code, out } = await saola(...args);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual([]);
  expect(existsSync(path.join(folder, '.saola'))).toBe(false);
});

test('config check --json gives the faults as data', async () => {
  const file = path.join(folder, 'faulty.yaml');
  writeFileSync(file, 'models:\n  - id: a/b\n    deployments: [{ model: m, wieght: 2 }]\n');
  const { code, out } = await saola('config', 'check', '--config', file, '--json');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual({
    ok: false,
    file,
    problems: [
      { line: 3, column: 19, message: 'models[0].deployments[0].provider is missing' },
      { line: 3, column: 31, message: 'unknown key "wieght"; did you mean "weight"?' },
    ],
  });
});

test('a key whose state changes is shown with the name of its account', async () => {
  await saola('accounts', 'create', 'acme', '--data-dir', dataDir);
  await saola('keys', 'create', '--account', 'acme', '--name', 'ci-key-1', '--data-dir', dataDir);
  const { out } = await saola('keys', 'disable', 'ci-key-1', '--json', '--data-dir', dataDir);
  expect(JSON.parse(out)).toMatchObject({ account: 'acme', status: 'disabled' });
});

test('a faulty file does not stop a key from being revoked, nor the doctor from saying so', async () => {
  const place = ['--data-dir', dataDir, '--config', path.join(folder, 'needs-a-variable.yaml')];
  await saola('keys', 'create', '--account', 'acme', '--name', 'leaked-key', '--data-dir', dataDir);
  writeFileSync(path.join(folder, 'needs-a-variable.yaml'), `providers: [{ id: a, preset: "$${'{NOT_SET}'}" }]\n`);
  const revoked = await saola('keys', 'revoke', 'leaked-key', ...place);
  expect(revoked.code).toBe(0);
  expect(revoked.out).toMatch(/^leaked-key \(\w{12}\) is revoked\.\n$/);
  expect(revoked.notes).toContain('environment variable NOT_SET is not set');
  const found = await saola('doctor', '--json', ...place);
  expect(found.code).toBe(3);
  expect(JSON.parse(found.out)).toContainEqual(
    expect.objectContaining({ check: 'configuration', result: 'attention' }),
  );
});

test('on a fresh data directory a faulty file does stop a command, because its key prefix would be lost', async () => {
  const file = path.join(folder, 'faulty-prefix.yaml');
  writeFileSync(file, 'keys: { prefix: sk }\nmodls: []\n');
  const { code, notes } = await saola('accounts', 'list', '--data-dir', path.join(folder, 'fresh'), '--config', file);
  expect(notes).toContain('unknown key "modls"');
  expect(code).toBe(1);
});

test('init --sample writes a file that is still to be filled in, and succeeds', async () => {
  const { code, out, notes } = await saola('init', '--sample', '--data-dir', path.join(folder, 'sampled'));
  rmSync(path.join(folder, 'saola.yaml'));
  expect(notes).toBe('');
  expect(out).toContain('saola.yaml; edit it and run `saola serve`');
  expect(code).toBe(0);
});
