import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

// Made by tools or by a run, never part of the project.
const notOurs = new Set(['node_modules', 'dist', 'coverage', '.git', '.saola', 'results']);

function isOurs(entry: Dirent): boolean {
  return !notOurs.has(entry.name) && !/\.(tgz|log)$/.test(entry.name);
}

function walk(folder: string): string[] {
  const entries = readdirSync(path.join(root, folder), { withFileTypes: true }).filter(isOurs);
  return entries.flatMap((entry) => {
    const below = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? walk(below) : [below];
  });
}

/** Every file of the project, relative to its root, with forward slashes, sorted. */
export const files: readonly string[] = walk('').sort();

/** The TypeScript files among them, without recorded fixtures. */
export const sources: readonly string[] = files.filter((file) => /\.ts$/.test(file) && !file.includes('/fixtures/'));

/** The text of a file named as in `files`. */
export function textOf(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** True for tests and for the code that only tests use. */
export function isTestCode(file: string): boolean {
  return (
    file.startsWith('test/') ||
    file.endsWith('.test.ts') ||
    file.startsWith('mock-provider/test/') ||
    file.startsWith('src/storage/conformance')
  );
}
