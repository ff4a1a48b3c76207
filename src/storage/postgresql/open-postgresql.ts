import { CompiledQuery, Kysely, sql } from 'kysely';
import type { Databases, RowBatch } from '../databases.ts';
import { type ColumnType, postgresqlDialect } from '../dialect.ts';
import { StoreRefusal } from '../ports/store-refusal.ts';
import type { LedgerSchema, RequestsSchema } from '../schema.ts';
import { connectPostgresql } from './connect-postgresql.ts';

const CONNECTIONS_MAX = 10;
const CASTS: Readonly<Record<ColumnType, string>> = {
  id: 'uuid',
  int: 'bigint',
  bool: 'smallint',
  text: 'text',
  bytes: 'bytea',
};

/** Opens a PostgreSQL database by its URL. Refuses (`unreachable`). */
export async function openPostgresql(databaseUrl: string): Promise<Databases> {
  const dialect = await connectPostgresql(databaseUrl, CONNECTIONS_MAX);
  const db = new Kysely<LedgerSchema & RequestsSchema>({ dialect });
  await requireAnswer(db);
  return {
    dialect: postgresqlDialect,
    ledger: db.withTables<LedgerSchema>(),
    requests: db.withTables<RequestsSchema>(),
    async insertNew(batch) {
      await db.executeQuery(insertStatement(batch));
    },
    close: () => db.destroy(),
  };
}

/** An operator who gave the wrong address or password reads it at the start, without a stack. */
async function requireAnswer(db: Kysely<LedgerSchema & RequestsSchema>): Promise<void> {
  try {
    await sql`select 1`.execute(db);
  } catch (error) {
    await db.destroy();
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreRefusal('unreachable', `the PostgreSQL server of DATABASE_URL cannot be used: ${reason}`);
  }
}

/** All rows are one value: a parameter for each of thousands of values would take longer here and on the server. */
function insertStatement({ table, repeated, own, rows }: RowBatch): CompiledQuery {
  const names = [...repeated, ...own].map(({ name }) => `"${name}"`);
  const shared = repeated.map(({ type }, index) => `(s.v->>${index})::${CASTS[type]}`);
  const values = own.map(({ type }, index) => `(r.v->>${index + 1})::${CASTS[type]}`);
  return CompiledQuery.raw(
    `with batch as materialized (select $1::jsonb as v),
      r as (select jsonb_array_elements(v->0) as v from batch),
      s as (select e.v, e.n - 1 as place from batch, jsonb_array_elements(batch.v->1) with ordinality as e(v, n))
    insert into "${table}" (${names.join(', ')})
    select ${[...shared, ...values].join(', ')} from r join s on s.place = (r.v->>0)::bigint
    on conflict ("id") do nothing`,
    [Buffer.from(rows.buffer).toString()],
  );
}
