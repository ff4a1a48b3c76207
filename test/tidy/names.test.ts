import path from 'node:path';
import { expect, test } from 'vitest';
import { files, sources, textOf } from './tree.ts';

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;
// A name such as session-affinity.test.ts is one concept and its kind.
const kebabFile = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const givenNames = new Set([
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'LICENSE',
  'THIRD_PARTY.md',
  'Dockerfile',
]);
const vague = /^(utils?|helpers?|misc|common|shared|types|constants)\.ts$/;

/** What belongs to a folder that imitates something else: recorded answers keep the names they were recorded under. */
const isRecorded = (file: string): boolean => file.includes('/fixtures/');

test('every file and folder is named in kebab-case', () => {
  const wrong = files.filter((file) => {
    const folders = path.posix
      .dirname(file)
      .split('/')
      .filter((name) => name !== '.');
    const name = path.posix.basename(file);
    return (
      !isRecorded(file) &&
      !(folders.every((one) => kebab.test(one.replace(/^\./, ''))) && (kebabFile.test(name) || givenNames.has(name)))
    );
  });
  expect(wrong).toEqual([]);
});

test('no file is named after nothing', () => {
  expect(sources.filter((file) => vague.test(path.posix.basename(file)))).toEqual([]);
});

/** Folders below src/protocols that are a protocol: they hold an index. The others are shared by all. */
const protocols = files.flatMap((file) => /^src\/protocols\/([^/]+)\/index\.ts$/.exec(file)?.[1] ?? []);

test('the folders of the protocols hold the same files', () => {
  const contents = protocols.map((id) => {
    const own = files.filter(
      (file) => file.startsWith(`src/protocols/${id}/`) && !file.endsWith('.test.ts') && !isRecorded(file),
    );
    return [id, own.map((file) => file.slice(`src/protocols/${id}/`.length)).join(' ')] as const;
  });
  expect(protocols.length).toBeGreaterThanOrEqual(4);
  expect(new Map(contents)).toEqual(new Map(protocols.map((id) => [id, contents[0]?.[1]])));
});

test('no source keeps a note of work undone', () => {
  const notes = [...sources, ...files.filter((file) => /\.(mjs|cjs|md|yaml|yml|sh)$/.test(file))];
  const mark = new RegExp(`\\b(${['FIX', 'ME'].join('')}|${['TO', 'DO'].join('')}|${['X', 'XX'].join('')})\\b`);
  expect(notes.filter((file) => mark.test(textOf(file)))).toEqual([]);
});
