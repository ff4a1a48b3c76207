import type { AccountStore } from './account-store.ts';
import type { CatalogueStore } from './catalogue-store.ts';
import type { DataKeyStore } from './data-key-store.ts';
import type { InstallationStore } from './installation-store.ts';
import type { KeyStore } from './key-store.ts';
import type { RequestLog } from './request-log.ts';

/** Where the schema stands. */
export interface MigrationStatus {
  readonly done: readonly string[];
  readonly pending: readonly string[];
  /** Done by a newer program; this one must not run on it. */
  readonly unknown: readonly string[];
}

/** The schema's own operations. */
export interface Migrations {
  status(): Promise<MigrationStatus>;
  /** Runs what is pending, under a lock that all nodes share; answers with what it ran. Refuses (`schema_newer`). */
  up(): Promise<readonly string[]>;
  /** For a start without migrating: refuses (`schema_newer`, `schema_pending`) unless the schema is this program's. */
  requireCurrent(): Promise<void>;
}

/** All ports of one open store. */
export interface Store {
  readonly engine: 'sqlite' | 'postgresql';
  readonly accounts: AccountStore;
  readonly catalogue: CatalogueStore;
  readonly dataKeys: DataKeyStore;
  readonly installation: InstallationStore;
  readonly keys: KeyStore;
  readonly requestLog: RequestLog;
  readonly migrations: Migrations;
  /** Resolves if the store answers; rejects otherwise. */
  ping(): Promise<void>;
  /** Waits for what is running, then lets go of all files and connections. */
  close(): Promise<void>;
}
