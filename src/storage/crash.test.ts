import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../test/postgres/test-database.ts';
import { openStore, type StoreLocation } from './open-store.ts';

const WRITER = fileURLToPath(new URL('./conformance/write-for-ever.ts', import.meta.url));
const ACKNOWLEDGED = 15;
const LIMIT_MS = 90_000;

/** Kills a writer with SIGKILL once it has said that it wrote so much, and returns the ids that it said were written. */
async function killWriter(location: StoreLocation): Promise<{ keys: string[]; requests: string[] }> {
  const writer: ChildProcess = spawn(process.execPath, [WRITER, JSON.stringify(location)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = { keys: [] as string[], requests: [] as string[] };
  if (writer.stdout === null) throw new Error('the writer has no output');
  for await (const line of createInterface(writer.stdout)) {
    const [kind, id = ''] = line.split(' ');
    (kind === 'key' ? said.keys : said.requests).push(id);
    if (said.keys.length >= ACKNOWLEDGED && said.requests.length > 0) writer.kill('SIGKILL');
  }
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
  expect(writer.signalCode).toBe('SIGKILL');
  return said;
}

async function expectAllThere(location: StoreLocation, said: { keys: string[]; requests: string[] }): Promise<void> {
  const store = await openStore(location);
  await store.migrations.requireCurrent();
  const keys = await store.keys.changedSince(0n);
  expect(keys.map((key) => key.id)).toEqual(expect.arrayContaining(said.keys));
  // A version without a key, or a gap, would be half a transaction.
  expect(keys.map((key) => key.version)).toEqual(keys.map((_, index) => BigInt(index + 1)));
  // The last ones are those that a crash could lose.
  for (const id of said.requests.slice(-60)) expect((await store.requestLog.byId(id))?.id).toBe(id);
  expect(said.requests.length).toBeGreaterThan(0);
  await store.close();
}

describe('after kill -9 of a writer', { timeout: LIMIT_MS }, () => {
  test('SQLite files hold every write that was acknowledged, and are whole', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'saola-crash-'));
    await expectAllThere({ dataDir }, await killWriter({ dataDir }));
    for (const name of ['ledger.db', 'requests.db']) {
      const db = new DatabaseSync(join(dataDir, name));
      expect(db.prepare('pragma integrity_check').get()).toMatchObject({ integrity_check: 'ok' });
      db.close();
    }
    await rm(dataDir, { recursive: true });
  });

  test('PostgreSQL holds every write that was acknowledged', async () => {
    const database = await createTestDatabase();
    await expectAllThere({ databaseUrl: database.url }, await killWriter({ databaseUrl: database.url }));
    await database.drop();
  });
});
