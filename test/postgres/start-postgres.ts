import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { findPostgresBinaries, type Unprivileged, unprivileged } from './postgres-binaries.ts';

/** A running server. */
export interface RunningPostgres {
  /** Of the maintenance database, as a user who may create databases. */
  readonly url: string;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 30_000;
// fsync stays on: the store's promises are about a server as it is run.
const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=60', 'fsync=on'];

/** Starts a real PostgreSQL on a free loopback port with data in the temporary folder. Rejects with the server's own words. */
export async function startPostgres(): Promise<RunningPostgres> {
  const binaries = await findPostgresBinaries();
  const rights = unprivileged();
  const folder = await mkdtemp(path.join(tmpdir(), 'saola-test-postgres-'));
  // A run that is stopped half-way must leave neither a server behind nor its data.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  if (rights.user) await chown(folder, rights.user.uid, rights.user.gid);
  const password = randomBytes(12).toString('hex');
  const data = path.join(folder, 'data');
  try {
    await initialise({ initdb: binaries.initdb, folder, data, password, rights });
    const port = await freePort();
    const child = await serve({ postgres: binaries.postgres, data, port, rights });
    return {
      url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
      async stop() {
        await end(child);
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function initialise(options: {
  initdb: string;
  folder: string;
  data: string;
  password: string;
  rights: Unprivileged;
}): Promise<void> {
  const { initdb, folder, data, password, rights } = options;
  const passwordFile = path.join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (rights.user) await chown(passwordFile, rights.user.uid, rights.user.gid);
  const flags = ['-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'];
  const [command = '', ...rest] = [...rights.prefix, initdb, '-D', data, ...flags, '--no-sync'];
  const { status, stderr, error } = spawnSync(command, rest, { encoding: 'utf8', ...rights.user });
  if (status !== 0) throw new Error(`initdb did not work: ${error?.message ?? stderr}`);
}

async function serve(options: {
  postgres: string;
  data: string;
  port: number;
  rights: Unprivileged;
}): Promise<ChildProcess> {
  const { postgres, data, port, rights } = options;
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  const [command = '', ...rest] = [...rights.prefix, postgres, '-D', data, '-p', String(port), ...settings];
  const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'pipe'], ...rights.user });
  // First of the exit handlers, so that the server is gone before its data is.
  process.prependOnceListener('exit', () => child.kill('SIGQUIT'));
  await ready(child);
  return child;
}

/** Waits for the line that the server writes when it accepts connections. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let words = '';
    const limit = setTimeout(() => reject(new Error(`PostgreSQL was not ready in time: ${words}`)), START_LIMIT_MS);
    const settle = (act: () => void): void => {
      clearTimeout(limit);
      act();
    };
    child.once('error', (error) => settle(() => reject(error)));
    child.once('exit', () => settle(() => reject(new Error(`PostgreSQL ended at its start: ${words}`))));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-4_000);
      if (words.includes('ready to accept connections')) settle(resolve);
    });
  });
}

/** Fast shutdown: sessions are ended, the data is left consistent. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
