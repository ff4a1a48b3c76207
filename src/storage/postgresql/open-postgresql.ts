import { CompiledQuery, Kysely } from 'kysely';
import type { Databases, RowBatch } from '../databases.ts';
import { postgresqlDialect } from '../dialect.ts';
import type { LedgerSchema, RequestsSchema } from '../schema.ts';
import { connectPostgresql } from './connect-postgresql.ts';

const CONNECTIONS_MAX = 10;
/** Bound parameters of one statement, far below the protocol's 65,535. */
const PARAMETERS_MAX = 30_000;

/** Opens a PostgreSQL database by its URL; nothing is connected before the first statement. */
export async function openPostgresql(databaseUrl: string): Promise<Databases> {
  const dialect = await connectPostgresql(databaseUrl, CONNECTIONS_MAX);
  const db = new Kysely<LedgerSchema & RequestsSchema>({ dialect });
  return {
    dialect: postgresqlDialect,
    ledger: db.withTables<LedgerSchema>(),
    requests: db.withTables<RequestsSchema>(),
    insertNew: (batch) => insertNew(db, batch),
    close: () => db.destroy(),
  };
}

/** Multi-row statements, all in one transaction if there are several. */
async function insertNew(db: Kysely<LedgerSchema & RequestsSchema>, batch: RowBatch): Promise<void> {
  const width = batch.columns.length;
  const step = Math.floor(PARAMETERS_MAX / width) * width;
  if (batch.values.length <= step) {
    await db.executeQuery(insertStatement(batch));
    return;
  }
  await db.transaction().execute(async (open) => {
    for (let at = 0; at < batch.values.length; at += step) {
      await open.executeQuery(insertStatement({ ...batch, values: batch.values.slice(at, at + step) }));
    }
  });
}

function insertStatement({ table, columns, values }: RowBatch): CompiledQuery {
  const rows: string[] = [];
  for (let at = 0; at < values.length; at += columns.length) {
    rows.push(`(${columns.map((_, index) => `$${at + index + 1}`).join(',')})`);
  }
  const names = columns.map((column) => `"${column}"`).join(', ');
  return CompiledQuery.raw(
    `insert into "${table}" (${names}) values ${rows.join(',')} on conflict ("id") do nothing`,
    values,
  );
}
