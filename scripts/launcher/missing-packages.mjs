// Compares node_modules with the lockfile. Reads package.json files only, so it takes milliseconds.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** The `os`, `cpu` and `libc` fields: a name, or a list of names and "!names". */
function fits(field, value) {
  if (field === undefined) return true;
  const list = [field].flat();
  if (list.includes(`!${value}`)) return false;
  return list.every((entry) => entry.startsWith('!')) || list.includes(value);
}

function libc() {
  if (process.platform !== 'linux') return undefined;
  return process.report?.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
}

function belongsHere(entry, libcHere) {
  const libcFits = libcHere === undefined || fits(entry.libc, libcHere);
  return fits(entry.os, process.platform) && fits(entry.cpu, process.arch) && libcFits;
}

/** An optional package counts when it is a binding for one platform; the others may be left out with their only user. */
function isRequired(entry) {
  return entry.optional !== true || entry.os !== undefined || entry.cpu !== undefined;
}

function isInstalled(root, folder, entry) {
  const file = path.join(root, folder, 'package.json');
  if (!existsSync(file)) return false;
  return entry.link === true || JSON.parse(readFileSync(file, 'utf8')).version === entry.version;
}

/** Folders that the lockfile wants on this platform and that are absent or of another version. */
export function missingPackages(root) {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const libcHere = libc();
  return Object.entries(lock.packages)
    .filter(([folder]) => folder.startsWith('node_modules/'))
    .filter(([, entry]) => isRequired(entry) && belongsHere(entry, libcHere))
    .filter(([folder, entry]) => !isInstalled(root, folder, entry))
    .map(([folder]) => folder.replace(/^node_modules\//, ''));
}
