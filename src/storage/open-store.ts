import { sql } from 'kysely';
import type { Databases } from './databases.ts';
import { createMigrations } from './migrations/migrate.ts';
import type { SchemaStep } from './migrations/migration.ts';
import { SCHEMA_STEPS } from './migrations/registry.ts';
import type { Migrations, Store } from './ports/store.ts';
import { openPostgresql } from './postgresql/open-postgresql.ts';
import { openSqlite } from './sqlite/open-sqlite.ts';
import { createAccountStore } from './stores/account-store.ts';
import { createCatalogueStore } from './stores/catalogue-store.ts';
import { createDataKeyStore } from './stores/data-key-store.ts';
import { createInstallationStore } from './stores/installation-store.ts';
import { createKeyStore } from './stores/key-store.ts';
import { createRequestLog } from './stores/request-log.ts';

/** Which store: a PostgreSQL server, or files in a folder. */
export type StoreLocation = { readonly databaseUrl: string } | { readonly dataDir: string };

/** Opens a store without touching its schema: call `migrations.up()` or `requireCurrent()` next. Refuses with StoreRefusal. */
export async function openStore(location: StoreLocation): Promise<Store> {
  const databases =
    'databaseUrl' in location ? await openPostgresql(location.databaseUrl) : await openSqlite(location.dataDir);
  return {
    engine: databases.dialect.engine,
    accounts: createAccountStore(databases),
    catalogue: createCatalogueStore(databases),
    dataKeys: createDataKeyStore(databases),
    installation: createInstallationStore(databases),
    keys: createKeyStore(databases),
    requestLog: createRequestLog(databases),
    migrations: migrationsOf(databases, SCHEMA_STEPS),
    async ping() {
      await sql`select 1`.execute(databases.ledger);
    },
    close: databases.close,
  };
}

/** One list of steps: split over the files of an embedded store, whole in a server's database. */
function migrationsOf({ dialect, ledger, requests }: Databases, steps: readonly SchemaStep[]): Migrations {
  if (dialect.engine === 'postgresql') return createMigrations([{ db: ledger, steps }], dialect);
  const of = (part: SchemaStep['part']) => steps.filter((step) => step.part === part);
  return createMigrations(
    [
      { db: ledger, steps: of('ledger') },
      { db: requests, steps: of('requests') },
    ],
    dialect,
  );
}
