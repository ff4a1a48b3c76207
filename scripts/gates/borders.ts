import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTypeScriptConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import type { Counts, Gate } from './gate.ts';
import { projectRoot } from './project-root.ts';

const folders = ['src', 'mock-provider', 'bench', 'test'];

// A cruiser that cannot read TypeScript (it needs the API of TypeScript 6) sees no modules and reports no violations.
const modulesMin = 150;

/** One offence per kind of rule: the file to plant, its text, and the rule that must name it. */
const offences: readonly { readonly rule: string; readonly file: string; readonly text: string }[] = [
  {
    rule: 'border-canonical',
    file: 'src/canonical/planted-border.ts',
    text: "import type { Model } from '../routing/catalogue.ts';\nexport type Planted = Model;\n",
  },
  {
    rule: 'border-edge',
    file: 'src/edge/planted-border.ts',
    text: "import { planted } from '../storage/planted-store.ts';\nexport const x = planted;\n",
  },
  {
    rule: 'package-kysely',
    file: 'src/pipeline/planted-package.ts',
    text: "import { sql } from 'kysely';\nexport const x = sql;\n",
  },
  {
    rule: 'no-unlisted-package',
    file: 'src/edge/planted-package.ts',
    text: "import OpenAI from 'openai';\nexport const x = OpenAI;\n",
  },
  {
    rule: 'node-net',
    file: 'src/pipeline/planted-net.ts',
    text: "import { connect } from 'node:net';\nexport const x = connect;\n",
  },
  {
    rule: 'no-pure-host',
    file: 'src/routing/planted-host.ts',
    text: "import { hostname } from 'node:os';\nexport const x = hostname;\n",
  },
  {
    rule: 'ports-types-only',
    file: 'src/storage/ports/planted-port.ts',
    text: "import { planted } from '../../canonical/planted-value.ts';\nexport const x = planted;\n",
  },
  {
    rule: 'protocols-are-strangers',
    file: 'src/protocols/gemini/planted-stranger.ts',
    text: "import { planted } from '../openai-chat/planted-value.ts';\nexport const x = planted;\n",
  },
  {
    rule: 'no-cycle',
    file: 'src/lib/planted-a.ts',
    text: "import { b } from './planted-b.ts';\nexport const a = (): number => b();\n",
  },
  {
    rule: 'folder-without-a-row',
    file: 'src/planted/new-folder.ts',
    text: "import { planted } from '../canonical/planted-value.ts';\nexport const x = planted;\n",
  },
  {
    rule: 'mock-is-independent',
    file: 'mock-provider/planted-sharing.ts',
    text: "import { planted } from '../src/canonical/planted-value.ts';\nexport const x = planted;\n",
  },
  {
    rule: 'no-unresolvable',
    file: 'src/lib/planted-hole.ts',
    text: "import { x } from './not-there.ts';\nexport const y = x;\n",
  },
];

/** Innocent files that the offences point at. */
const innocent: readonly (readonly [file: string, text: string])[] = [
  ['src/canonical/planted-value.ts', 'export const planted = 1;\n'],
  ['src/storage/planted-store.ts', 'export const planted = 1;\n'],
  ['src/protocols/openai-chat/planted-value.ts', 'export const planted = 1;\n'],
  ['src/lib/planted-b.ts', "import { a } from './planted-a.ts';\nexport const b = (): number => a();\n"],
];

async function cruiseIn(baseDir: string): Promise<ICruiseResult> {
  const options = await extractOptions(path.join(projectRoot, '.dependency-cruiser.cjs'));
  const tsConfig = extractTypeScriptConfig(path.join(projectRoot, 'tsconfig.json'));
  const { output } = await cruise(folders, { ...options, baseDir }, undefined, { tsConfig });
  if (typeof output === 'string') throw new Error('dependency-cruiser answered in words, not with a result');
  return output;
}

async function checkTree(): Promise<readonly string[]> {
  const { modules, summary } = await cruiseIn(projectRoot);
  const ours = modules.filter((module) => folders.some((folder) => module.source.startsWith(`${folder}/`)));
  process.stdout.write(`${ours.length} modules, ${summary.totalDependenciesCruised ?? 0} dependencies\n`);
  const complaints = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
  if (ours.length >= modulesMin) return complaints;
  return [
    ...complaints,
    `only ${ours.length} modules seen, expected ${modulesMin} or more: can the tool read TypeScript?`,
  ];
}

function writeBelow(root: string, file: string, text: string): void {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}

/** Plants every offence in a copy of the tree; each one that the rules let pass is a complaint. */
async function checkPlanted(): Promise<readonly string[]> {
  const copy = mkdtempSync(path.join(os.tmpdir(), 'saola-borders-'));
  try {
    for (const folder of folders) cpSync(path.join(projectRoot, folder), path.join(copy, folder), { recursive: true });
    for (const file of ['package.json', 'tsconfig.json']) cpSync(path.join(projectRoot, file), path.join(copy, file));
    symlinkSync(path.join(projectRoot, 'node_modules'), path.join(copy, 'node_modules'), 'dir');
    for (const [file, text] of innocent) writeBelow(copy, file, text);
    for (const { file, text } of offences) writeBelow(copy, file, text);
    const { summary } = await cruiseIn(copy);
    const caught = new Set(summary.violations.map(({ rule, from }) => `${rule.name} ${from}`));
    return offences
      .filter(({ rule, file }) => !caught.has(`${rule} ${file}`))
      .map(({ rule, file }) => `${rule} did not catch the planted ${file}`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function run(): Promise<Counts> {
  const results = [await checkTree(), await checkPlanted()];
  for (const line of results.flat()) process.stdout.write(`${line}\n`);
  const failed = results.filter((complaints) => complaints.length > 0).length;
  return { passed: results.length - failed, failed };
}

/** The import table of ARCHITECTURE.md, and the proof that breaking it is noticed: two checks. */
export const bordersGate: Gate = { title: 'borders (dependency-cruiser)', run };
