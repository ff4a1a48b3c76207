import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../open-store.ts';
import { networkFileSystem, prepareFolder } from './prepare-folder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'saola-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('the data folder', () => {
  test('and all files in it belong to their owner only, those that SQLite makes too', async () => {
    const dataDir = join(folder, 'a', 'b');
    const store = await openStore({ dataDir });
    await store.migrations.up();
    expect(modeOf(dataDir)).toBe(0o700);
    for (const name of ['ledger.db', 'ledger.db-wal', 'ledger.db-shm', 'requests.db', 'requests.db-wal']) {
      expect([name, modeOf(join(dataDir, name))]).toEqual([name, 0o600]);
    }
    await store.close();
  });

  test('that cannot be made is refused in words', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => prepareFolder(join(file, 'data'))).toThrow(
      expect.objectContaining({ code: 'unusable_folder', message: expect.stringContaining(file) }),
    );
  });

  test('with a file that is no database is refused in words', async () => {
    writeFileSync(join(folder, 'ledger.db'), 'this is not a database, but a text of some length '.repeat(40));
    await expect(openStore({ dataDir: folder })).rejects.toMatchObject({ code: 'unusable_folder' });
  });

  test.each([
    [0x6969, 'NFS'],
    [0xff534d42, 'CIFS'],
    // `statfs` gives a signed number on some machines.
    [0xff534d42 | 0, 'CIFS'],
    [0xef53, undefined],
    [0x01021994, undefined],
  ])('on a file system of type %i: network name %s', (type, name) => {
    expect(networkFileSystem(type)).toBe(name);
  });
});
