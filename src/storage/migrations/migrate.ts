import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { SqlDialect } from '../dialect.ts';
import type { MigrationStatus, Migrations } from '../ports/store.ts';
import { StoreRefusal } from '../ports/store-refusal.ts';
import type { SchemaStep } from './migration.ts';

/** One database and the steps that belong to it. */
export interface MigrationTarget {
  // biome-ignore lint/suspicious/noExplicitAny: steps run before the schema's types hold.
  readonly db: Kysely<any>;
  readonly steps: readonly SchemaStep[];
}

/** The schema's operations over the one or two databases of a store. */
export function createMigrations(targets: readonly MigrationTarget[], dialect: SqlDialect): Migrations {
  const status = async (): Promise<MigrationStatus> => {
    const parts = await Promise.all(targets.map((target) => statusOf(target, dialect)));
    return {
      done: parts.flatMap((part) => part.done).sort(),
      pending: parts.flatMap((part) => part.pending).sort(),
      unknown: parts.flatMap((part) => part.unknown).sort(),
    };
  };
  const statusOrRefuse = async (): Promise<MigrationStatus> => {
    const found = await status();
    if (found.unknown.length > 0) throw newer(found.unknown);
    return found;
  };
  return {
    status,
    async up() {
      // Most starts find nothing to do; the migrator would take ten statements and a lock to say so.
      if ((await statusOrRefuse()).pending.length === 0) return [];
      const ran: string[] = [];
      for (const target of targets) ran.push(...(await migrate(target, dialect)));
      return ran;
    },
    async requireCurrent() {
      const { pending } = await statusOrRefuse();
      if (pending.length === 0) return;
      throw new StoreRefusal(
        'schema_pending',
        `the store's schema is older than this program (missing: ${pending.join(', ')}): run \`saola migrate up\``,
      );
    },
  };
}

async function statusOf({ db, steps }: MigrationTarget, dialect: SqlDialect): Promise<MigrationStatus> {
  const done = await executedSteps(db, dialect);
  const known = new Set(steps.map((step) => step.name));
  return {
    done: done.filter((name) => known.has(name)),
    pending: steps.map((step) => step.name).filter((name) => !done.includes(name)),
    unknown: done.filter((name) => !known.has(name)),
  };
}

async function executedSteps(db: MigrationTarget['db'], dialect: SqlDialect): Promise<string[]> {
  try {
    const rows: { name: string }[] = await db.selectFrom('kysely_migration').select('name').execute();
    return rows.map((row) => row.name);
  } catch (error) {
    if (dialect.isMissingTable(error)) return [];
    throw error;
  }
}

async function migrate({ db, steps }: MigrationTarget, dialect: SqlDialect): Promise<string[]> {
  const byName = Object.fromEntries(
    steps.map((step) => [step.name, { up: (open: Kysely<unknown>) => step.up(open, dialect) }]),
  );
  const migrator = new Migrator({ db, provider: { getMigrations: async () => byName } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const failed = results.find((result) => result.status === 'Error')?.migrationName;
    throw new Error(`the schema could not be migrated${failed === undefined ? '' : ` (${failed})`}`, { cause: error });
  }
  return results.map((result) => result.migrationName);
}

function newer(unknown: readonly string[]): StoreRefusal {
  return new StoreRefusal(
    'schema_newer',
    `the store was written by a newer version of this program (${unknown.join(', ')}): run that version`,
  );
}
