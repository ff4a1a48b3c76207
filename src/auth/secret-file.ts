import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { decodeSecret } from './decode-secret.ts';
import { SecretsRefusal } from './secrets-refusal.ts';

/** Reads a secret of 32 bytes or more from a file that only its owner may read; `undefined` if there is none. Throws on any other state. */
export function readSecretFile(file: string): Uint8Array | undefined {
  const state = statSync(file, { throwIfNoEntry: false });
  if (state === undefined) return undefined;
  if (process.platform !== 'win32' && (state.mode & 0o077) !== 0) {
    throw new SecretsRefusal(
      `${file} can be read by others (mode ${(state.mode & 0o777).toString(8)}): run chmod 600 on it`,
    );
  }
  return decodeSecret(readFileSync(file, 'utf8'), file);
}

/** Creates such a file with 32 random bytes, on the disk when it returns; if another process was quicker, its content counts. */
export function createSecretFile(file: string): Uint8Array {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const own = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const descriptor = openSync(own, 'wx', 0o600);
  try {
    writeSync(descriptor, `${randomBytes(32).toString('base64')}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    // A link fails if the name is taken, and never shows a half-written file under it.
    linkSync(own, file);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(own);
  }
  const made = readSecretFile(file);
  if (made === undefined) throw new Error(`${file} vanished while it was made`);
  return made;
}
