import { closeSync, mkdirSync, openSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { StoreRefusal } from '../ports/store-refusal.ts';
import type { Part } from './messages.ts';

/** `statfs` types of file systems whose locks or shared memory fail between machines (linux/magic.h). */
const NETWORK_FILE_SYSTEMS = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x7461636f, 'OCFS2'],
]);

/** Makes the data folder and its two files, readable by their owner only. Refuses (`network_file_system`, `unusable_folder`). */
export function prepareFolder(dataDir: string): Readonly<Record<Part, string>> {
  const files = { ledger: join(dataDir, 'ledger.db'), requests: join(dataDir, 'requests.db') };
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    refuseNetwork(dataDir);
    // SQLite gives its log and shared-memory files the mode of the database file.
    for (const file of Object.values(files)) closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    if (error instanceof StoreRefusal) throw error;
    throw new StoreRefusal('unusable_folder', `the data folder ${dataDir} cannot be used: ${String(error)}`);
  }
  return files;
}

function refuseNetwork(dataDir: string): void {
  const name = networkFileSystem(statfsSync(dataDir).type);
  if (name === undefined) return;
  throw new StoreRefusal(
    'network_file_system',
    `the data folder ${dataDir} is on a network file system (${name}), where SQLite can lose data: use a local disk, or PostgreSQL by DATABASE_URL`,
  );
}

/** The name of a network file system by its `statfs` type; `undefined` for a local one. */
export function networkFileSystem(type: number): string | undefined {
  return NETWORK_FILE_SYSTEMS.get(type >>> 0);
}
