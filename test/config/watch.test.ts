import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchConfig } from '../../src/config/watch-config.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'saola-watch-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Watches the file, makes the change, and waits for the report; how often it came by then. */
async function reportsAfter(file: string, change: () => void): Promise<number> {
  let reports = 0;
  const reported = Promise.withResolvers<void>();
  const watcher = watchConfig({
    file,
    onChange: () => {
      reports += 1;
      reported.resolve();
    },
  });
  try {
    change();
    // The watcher does not keep a process alive by itself, so the wait has to.
    const alive = setInterval(() => undefined, 1_000);
    await reported.promise.finally(() => clearInterval(alive));
    return reports;
  } finally {
    watcher.close();
  }
}

test('several writes are one change', async () => {
  const file = path.join(folder, 'saola.yaml');
  writeFileSync(file, 'a: 1');
  const reports = await reportsAfter(file, () => {
    for (let i = 0; i < 5; i += 1) writeFileSync(file, `a: ${i}`);
  });
  expect(reports).toBe(1);
});

test('a file that an editor puts in its place is seen', async () => {
  const file = path.join(folder, 'saola.yaml');
  writeFileSync(file, 'a: 1');
  expect(
    await reportsAfter(file, () => {
      writeFileSync(`${file}.new`, 'a: 2');
      renameSync(`${file}.new`, file);
    }),
  ).toBe(1);
});

test('a mounted volume that switches its folder is seen (Kubernetes ConfigMap)', async () => {
  const version = (name: string): void => {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, 'saola.yaml'), `a: ${name}`);
  };
  version('one');
  version('two');
  symlinkSync('one', path.join(folder, '..data'));
  const file = path.join(folder, 'saola.yaml');
  symlinkSync('..data/saola.yaml', file);
  expect(
    await reportsAfter(file, () => {
      symlinkSync('two', path.join(folder, '..data_tmp'));
      renameSync(path.join(folder, '..data_tmp'), path.join(folder, '..data'));
    }),
  ).toBe(1);
});
