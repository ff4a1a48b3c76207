import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A library inside the bundle. `licence` is its SPDX expression. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly folder: string;
}

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

const insidePackage = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;

function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as PackageJson;
  if (license === undefined) throw new Error(`${name} ${version} names no licence`);
  return { name, version, licence: license, folder };
}

/** The packages that the modules of a bundle come from, sorted by name and version. */
export function bundledPackages(moduleIds: readonly string[]): readonly BundledPackage[] {
  const folders = new Set(moduleIds.flatMap((id) => insidePackage.exec(id)?.[1] ?? []));
  const packages = [...folders].map(readPackage);
  return packages.sort((a, b) => `${a.name} ${a.version}`.localeCompare(`${b.name} ${b.version}`, 'en'));
}
