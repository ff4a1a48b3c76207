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

/** Watches the file, makes the changes one after the other, each after the report of the one before; how long each took. */
async function reportsAfter(file: string, changes: readonly (() => void)[]): Promise<number[]> {
  let reported = (): void => undefined;
  const watcher = watchConfig({ file, onChange: () => reported() });
  // The watcher does not keep a process alive by itself, so the wait has to.
  const alive = setInterval(() => undefined, 1_000);
  const tookMs: number[] = [];
  try {
    for (const change of changes) {
      const report = new Promise<void>((settle) => {
        reported = settle;
      });
      const startedMs = performance.now();
      change();
      await report;
      tookMs.push(performance.now() - startedMs);
    }
    return tookMs;
  } finally {
    clearInterval(alive);
    watcher.close();
  }
}

test('several writes are one change, reported when they have settled', async () => {
  const file = path.join(folder, 'saola.yaml');
  writeFileSync(file, 'a: 1');
  // Renames, because the kernel makes one event of several equal writes.
  const burst = () => {
    for (let i = 0; i < 5; i += 1) {
      writeFileSync(`${file}.new`, `a: ${i}`);
      renameSync(`${file}.new`, file);
    }
  };
  // A second report of the first burst would answer for the second one far too early.
  const tookMs = await reportsAfter(file, [burst, burst]);
  expect(Math.min(...tookMs)).toBeGreaterThan(250);
});

test('a file that an editor puts in its place is seen', async () => {
  const file = path.join(folder, 'saola.yaml');
  writeFileSync(file, 'a: 1');
  const replace = () => {
    writeFileSync(`${file}.new`, 'a: 2');
    renameSync(`${file}.new`, file);
  };
  expect(await reportsAfter(file, [replace, replace])).toHaveLength(2);
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
  const switchTo = (name: string) => () => {
    symlinkSync(name, path.join(folder, '..data_tmp'));
    renameSync(path.join(folder, '..data_tmp'), path.join(folder, '..data'));
  };
  expect(await reportsAfter(file, [switchTo('two'), switchTo('one')])).toHaveLength(2);
});
