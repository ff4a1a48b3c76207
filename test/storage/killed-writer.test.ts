import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openStore } from '../../src/storage/open-store.ts';

const WRITER = fileURLToPath(new URL('append-until-killed.ts', import.meta.url));

interface Acknowledged {
  readonly account: string;
  readonly requests: readonly string[];
}

/** Runs the writer until it has acknowledged so many rounds, kills it with SIGKILL, and answers with those and any later ones. */
async function writeUntilKilled(dataDir: string, rounds: number): Promise<readonly Acknowledged[]> {
  const writer = spawn(process.execPath, [WRITER, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(writer, 'exit');
  const acknowledged: Acknowledged[] = [];
  // A last line may be cut by the kill; only whole ones were acknowledged.
  for await (const line of createInterface({ input: writer.stdout })) {
    if (line.endsWith(']}')) acknowledged.push(JSON.parse(line) as Acknowledged);
    if (acknowledged.length === rounds) writer.kill('SIGKILL');
  }
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  return acknowledged;
}

test('what SQLite acknowledged is there after kill -9, batches are whole, and the next process goes on', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'saola-killed-'));
  try {
    const first = await writeUntilKilled(dataDir, 25);
    const second = await writeUntilKilled(dataDir, 5);
    const acknowledged = [...first, ...second];
    const store = await openStore({ dataDir });
    await store.migrations.requireCurrent();
    const accounts = new Set((await store.accounts.list()).map(({ account }) => account.id));
    for (const { account, requests } of acknowledged) {
      expect(accounts.has(account)).toBe(true);
      for (const id of requests) expect(await store.requestLog.byId(id)).toMatchObject({ id });
    }
    const [sum] = await store.requestLog.usage({ since: 0, by: [] });
    expect((sum?.requests ?? 0) % 20).toBe(0);
    expect(sum?.requests).toBeGreaterThanOrEqual(acknowledged.length * 20);
    await store.close();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
