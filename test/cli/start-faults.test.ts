import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'saola-start-'));
const taken: Server = createServer();

beforeAll(() => new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', () => resolve())));
afterAll(async () => {
  await new Promise((resolve) => taken.close(resolve));
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | string | null | undefined;
  readonly out: string;
  readonly notes: string;
}

/** Runs the program to its end; one that does not end by itself is killed and has no code. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const options = { env: { HOME: folder, ...env }, cwd: folder, timeout: 20_000 };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], options, (error, out, notes) => {
      resolve({ code: error === null ? 0 : error.code, out, notes });
    });
  });
}

const dataDir = path.join(folder, 'data');
const serve = ['serve', '--data-dir', dataDir];

describe('a start that cannot succeed says so in one line and ends', () => {
  test('the port is taken', async () => {
    const { port } = taken.address() as AddressInfo;
    const { code, notes } = await run([...serve, '--port', String(port)]);
    expect(notes).toBe(
      `saola: port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another with --port\n`,
    );
    expect(code).toBe(1);
  });

  test('the address is not one of this machine', async () => {
    const { code, notes } = await run([...serve, '--port', '0', '--host', '192.0.2.1']);
    expect(notes).toBe('saola: 192.0.2.1 is not an address of this machine: choose another with --host\n');
    expect(code).toBe(1);
  });

  test('a secret of the data directory is gone', async () => {
    await run(['init', '--data-dir', dataDir]);
    rmSync(path.join(dataDir, 'secret.key'));
    const { code, notes } = await run([...serve, '--port', '0']);
    expect(notes).toMatch(/^saola: \S+secret\.key is missing, and this store was begun with one: put [^\n]+\n$/);
    expect(code).toBe(1);
  });

  test('PostgreSQL cannot be reached', async () => {
    const { code, notes } = await run(serve, { DATABASE_URL: 'postgres://saola:pw-canary@127.0.0.1:1/saola' });
    expect(notes).toBe(
      'saola: the PostgreSQL server of DATABASE_URL cannot be used: connect ECONNREFUSED 127.0.0.1:1\n',
    );
    expect(code).toBe(1);
  });

  test('DATABASE_URL names something that is not PostgreSQL', async () => {
    const { code, notes } = await run(serve, { DATABASE_URL: 'mysql://saola:pw-canary@127.0.0.1:1/saola' });
    expect(notes).toBe('saola: environment: DATABASE_URL begins with postgres:// or postgresql://\n');
    expect(code).toBe(1);
  });
});
