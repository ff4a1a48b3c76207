import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { BundledPackage } from './bundled-packages.ts';

// Licences that allow shipping inside an Apache-2.0 program when their text goes along.
const allowed = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
]);
const textFile = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** Small packages keep their licence at the end of the README. */
function licenceInReadme(name: string, folder: string): string {
  const readme = readdirSync(folder).find((file) => /^readme([.-].*)?$/i.test(file));
  const text = readme === undefined ? '' : readFileSync(path.join(folder, readme), 'utf8');
  const at = text.search(/^#+ *licen[cs]e/im);
  if (at < 0) throw new Error(`${name} ships no licence text, which must go along with it`);
  return text.slice(at).trimEnd();
}

function textsOf({ name, licence, folder }: BundledPackage): string {
  if (!allowed.has(licence))
    throw new Error(`${name} is under ${licence}, which is not on the list of allowed licences`);
  const files = readdirSync(folder)
    .filter((file) => textFile.test(file))
    .sort();
  if (files.length === 0) return licenceInReadme(name, folder);
  return files.map((file) => readFileSync(path.join(folder, file), 'utf8').trimEnd()).join('\n\n');
}

/** One text with the licence of every bundled package. Throws on a licence that is not allowed. */
export function licenceTexts(packages: readonly BundledPackage[]): string {
  const line = '-'.repeat(80);
  const head = 'Saola is bundled with the libraries below. Each stays under its own licence.\n';
  const parts = packages.map(
    (entry) => `${line}\n${entry.name} ${entry.version} (${entry.licence})\n${line}\n\n${textsOf(entry)}\n`,
  );
  return `${[head, ...parts].join('\n')}`;
}
