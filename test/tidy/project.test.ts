import path from 'node:path';
import { expect, test } from 'vitest';
import { files, textOf } from './tree.ts';

interface PackageJson {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const manifests = files.filter((file) => path.posix.basename(file) === 'package.json' && !file.includes('/fixtures/'));
const readManifest = (file: string): PackageJson => JSON.parse(textOf(file)) as PackageJson;
const lock = JSON.parse(textOf('package-lock.json')) as { packages: Readonly<Record<string, LockedPackage>> };
const locked = Object.entries(lock.packages).filter(([folder]) => folder.includes('node_modules/'));

test('the papers of the project are there', () => {
  const papers = [
    'LICENSE',
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'SECURITY.md',
    'package-lock.json',
  ];
  expect(papers.filter((file) => !files.includes(file))).toEqual([]);
  expect(textOf('LICENSE')).toMatch(/Apache License\s+Version 2\.0/);
});

test('every dependency is pinned to one version', () => {
  const exact = /^(npm:[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/;
  const loose = manifests.flatMap((file) => {
    const { dependencies, devDependencies, optionalDependencies } = readManifest(file);
    const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    return all.filter(([, version]) => !exact.test(version)).map(([name, version]) => `${file}: ${name} ${version}`);
  });
  expect(loose).toEqual([]);
});

test('the published package has no dependencies: its libraries are in the bundle', () => {
  expect(readManifest('package.json').dependencies ?? {}).toEqual({});
});

test('no set-up hides in pre and post scripts, which ignore-scripts switches off', () => {
  const allowed = new Set(['prepack']);
  const hidden = Object.keys(readManifest('package.json').scripts ?? {}).filter((name) => /^(pre|post)/.test(name));
  expect(hidden.filter((name) => !allowed.has(name))).toEqual([]);
});

test('the lockfile names no host and an integrity for each package', () => {
  const strange = locked.filter(
    ([, entry]) => entry.link !== true && (entry.integrity === undefined || entry.resolved !== undefined),
  );
  expect(strange.map(([folder]) => folder)).toEqual([]);
});

test('a package with an install script is one that somebody decided about', () => {
  const decided = Object.keys(readManifest('package.json').allowScripts ?? {});
  const scope = (name: string): string => name.split('/')[0] ?? name;
  const undecided = locked
    .filter(([, entry]) => entry.hasInstallScript === true)
    .map(([folder]) => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length))
    // The PostgreSQL binaries are one package per platform, of which one is installed.
    .filter(
      (name) => !decided.some((known) => known === name || (known.startsWith('@') && scope(known) === scope(name))),
    );
  expect(undecided).toEqual([]);
});

// Joined here, so that this file does not find itself.
const machinePath = new RegExp(`(?<![\\w.~-])/(${['home', 'root', 'Users', 'work'].join('|')})/[a-z]`);
const registryHost = new RegExp(
  `(${['registry', 'npm', 'nexus', 'artifactory', 'pypi'].join('|')})\\.[a-z0-9-]+\\.[a-z]{2,}`,
  'i',
);
const isText = (file: string): boolean => !/\.(png|ico|woff2?|gz|bin|db)$/.test(file);

test('no file names a folder of one machine', () => {
  const found = files.filter((file) => isText(file) && file !== 'package-lock.json' && machinePath.test(textOf(file)));
  expect(found).toEqual([]);
});

test('no file names a package registry', () => {
  expect(files.filter((file) => isText(file) && registryHost.test(textOf(file)))).toEqual([]);
});

const markdown = files.filter((file) => file.endsWith('.md') && !file.includes('/fixtures/'));

test('the links between the papers lead somewhere', () => {
  const dead = markdown.flatMap((file) => {
    const targets = [...textOf(file).matchAll(/\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(
      (match) => match[1] ?? '',
    );
    const missing = targets.filter((target) => {
      const resolved = path.posix.normalize(path.posix.join(path.posix.dirname(file), target)).replace(/\/$/, '');
      return !files.some((one) => one === resolved || one.startsWith(`${resolved}/`));
    });
    return missing.map((target) => `${file}: ${target}`);
  });
  expect(dead).toEqual([]);
});
