import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PackedRows } from './messages.ts';
import { prepareFolder } from './prepare-folder.ts';
import { SqliteThread } from './sqlite-thread.ts';

let folder: string;
let thread: SqliteThread;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saola-sqlite-'));
  thread = await SqliteThread.start(prepareFolder(folder));
  await thread.run('ledger', 'create table t (id integer primary key, n integer, b blob) strict', []);
});

afterEach(async () => {
  await thread.close();
  await rm(folder, { recursive: true });
});

describe('the store thread', () => {
  test.each(['ledger', 'requests'] as const)('opens %s with the settings of a durable store', async (part) => {
    const pragma = async (name: string) => Object.values((await thread.run(part, `pragma ${name}`, [])).rows[0] ?? {});
    expect(await pragma('journal_mode')).toEqual(['wal']);
    expect(await pragma('synchronous')).toEqual([2n]);
    expect(await pragma('foreign_keys')).toEqual([1n]);
    expect(await pragma('busy_timeout')).toEqual([5_000n]);
  });

  test('keeps integers above 2^53 and refuses what would be rounded', async () => {
    const largest = 2n ** 63n - 1n;
    for (const value of [9_007_199_254_740_993n, largest, -largest - 1n]) {
      const { rows } = await thread.run('ledger', 'insert into t (n) values (?) returning n', [value]);
      expect(rows).toEqual([{ n: value }]);
    }
    for (const value of [2 ** 53, 0.5, Number.NaN]) {
      await expect(thread.run('ledger', 'insert into t (n) values (?)', [value])).rejects.toThrow('cannot be stored');
    }
    await expect(thread.run('ledger', 'insert into t (n) values (?)', [largest + 1n])).rejects.toThrow();
    await expect(thread.run('ledger', 'update t set n = n + 1 where n = ?', [largest])).rejects.toThrow();
  });

  test('answers a whole number given as number with a bigint', async () => {
    const { rows } = await thread.run('ledger', 'insert into t (n) values (?) returning n, typeof(n) as type', [7]);
    expect(rows).toEqual([{ n: 7n, type: 'integer' }]);
  });

  test('names the constraint that a statement ran into, and goes on', async () => {
    await thread.run('ledger', 'insert into t (id) values (1)', []);
    await expect(thread.run('ledger', 'insert into t (id) values (1)', [])).rejects.toMatchObject({ errcode: 1555 });
    expect((await thread.run('ledger', 'select count(*) as n from t', [])).rows).toEqual([{ n: 1n }]);
  });

  test('many rows are one transaction', async () => {
    const insert = 'insert into t (id, n) values (?, ?)';
    const packed = (...rows: PackedRows) => new Uint8Array(Buffer.from(JSON.stringify(rows)));
    const twice = packed(
      [
        [1, 10],
        [0, 20],
        [1, 30],
      ],
      [[2], [1]],
    );
    await expect(thread.insert('ledger', insert, twice)).rejects.toMatchObject({ errcode: 1555 });
    expect((await thread.run('ledger', 'select * from t', [])).rows).toEqual([]);
    await thread.insert('ledger', insert, packed([[0, 10], [1]], [[1], [2]]));
    expect((await thread.run('ledger', 'select n from t order by id', [])).rows).toEqual([{ n: 10n }, { n: null }]);
    await expect(thread.insert('ledger', insert, packed([[0, 3, 0.5]], [[]]))).rejects.toThrow('cannot store REAL');
  });

  test('close lets what was asked finish, and refuses what comes later', async () => {
    const last = thread.run('ledger', 'insert into t (n) values (1) returning n', []);
    const closed = thread.close();
    expect((await last).rows).toEqual([{ n: 1n }]);
    await closed;
    await expect(thread.run('ledger', 'select 1', [])).rejects.toThrow('the store is closed');
    await thread.close();
  });
});
