import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from './run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Bundled {
  readonly name: string;
  readonly version: string;
}

const bundled = JSON.parse(read('dist/bundled-packages.json')) as readonly Bundled[];
const lock = JSON.parse(read('package-lock.json')) as {
  packages: Record<string, { version?: string; hasInstallScript?: boolean }>;
};

test('at most 100 packages are in the bundle', () => {
  expect(bundled.length).toBeGreaterThan(10);
  expect(bundled.length).toBeLessThanOrEqual(100);
});

test('none of them has an install script', () => {
  const withScript = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript === true);
  const names = new Set(
    withScript.map(([folder]) => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)),
  );
  expect(names.size).toBeGreaterThan(0);
  expect(bundled.filter(({ name }) => names.has(name))).toEqual([]);
});

test('the licence of each of them goes along', () => {
  const text = read('dist/THIRD_PARTY_LICENSES.txt');
  expect(bundled.filter(({ name, version }) => !text.includes(`\n${name} ${version} (`))).toEqual([]);
});

function contentsOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((file) => [path.relative(folder, file), readFileSync(file, 'latin1')]));
}

test('building twice gives the same bytes', async () => {
  const again = mkdtempSync(path.join(os.tmpdir(), 'saola-build-'));
  try {
    const ended = await run(process.execPath, [path.join(root, 'scripts/build.ts'), '--out', again], root);
    expect(ended.code, ended.stderr).toBe(0);
    const [first, second] = [contentsOf(path.join(root, 'dist')), contentsOf(again)];
    expect([...second.keys()]).toEqual([...first.keys()]);
    expect([...first.keys()].filter((file) => first.get(file) !== second.get(file))).toEqual([]);
  } finally {
    rmSync(again, { recursive: true, force: true });
  }
});

test('the bundle names no folder of the machine that built it', () => {
  const files = [...contentsOf(path.join(root, 'dist'))];
  expect(files.filter(([, text]) => text.includes(root)).map(([file]) => file)).toEqual([]);
});
