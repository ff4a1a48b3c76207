import { type CreateTableBuilder, type RawBuilder, type ReferenceExpression, type SchemaModule, sql } from 'kysely';
import { SqliteError } from './sqlite/sqlite-error.ts';

/** Logical column types; the only names that migrations use. */
export type ColumnType = 'id' | 'int' | 'bool' | 'text' | 'bytes';

/** A constraint that a statement can run into. */
export type ConstraintViolation = 'unique' | 'foreign_key';

/** All that differs between the two engines. */
export interface SqlDialect {
  readonly engine: 'sqlite' | 'postgresql';
  /** `id` holds UUIDs in lower case; `int` is an int64 and arrives as bigint; `bool` is 0 or 1. */
  readonly type: Readonly<Record<ColumnType, RawBuilder<unknown>>>;
  /** `clustered` keeps the rows in the order of the primary key where the engine can. */
  readonly createTable: (
    schema: SchemaModule,
    name: string,
    options?: { clustered?: boolean },
  ) => CreateTableBuilder<string>;
  /** Which constraint an error reports, if any. */
  readonly violation: (error: unknown) => ConstraintViolation | undefined;
  readonly isMissingTable: (error: unknown) => boolean;
}

/** SQLite: STRICT tables, or a sum that overflows would silently become a float. */
export const sqliteDialect: SqlDialect = {
  engine: 'sqlite',
  type: { id: sql`text`, int: sql`integer`, bool: sql`integer`, text: sql`text`, bytes: sql`blob` },
  createTable: (schema, name, { clustered = false } = {}) =>
    schema.createTable(name).modifyEnd(clustered ? sql`strict, without rowid` : sql`strict`),
  violation(error) {
    if (!(error instanceof SqliteError)) return undefined;
    if (error.errcode === 2067 || error.errcode === 1555) return 'unique';
    return error.errcode === 787 ? 'foreign_key' : undefined;
  },
  isMissingTable: (error) => error instanceof SqliteError && error.message.startsWith('no such table'),
};

/** PostgreSQL: texts compare by bytes, as in SQLite, whatever the database's locale. */
export const postgresqlDialect: SqlDialect = {
  engine: 'postgresql',
  type: {
    id: sql`uuid`,
    int: sql`bigint`,
    bool: sql`smallint`,
    text: sql`text collate "C"`,
    bytes: sql`bytea`,
  },
  createTable: (schema, name) => schema.createTable(name),
  violation(error) {
    const code = sqlState(error);
    if (code === '23505') return 'unique';
    return code === '23503' ? 'foreign_key' : undefined;
  },
  isMissingTable: (error) => sqlState(error) === '42P01',
};

/** A sum as int64; PostgreSQL would give a numeric, which arrives as text. NULL where no row has a value. */
export function sumInt<DB, TB extends keyof DB>(column: ReferenceExpression<DB, TB>): RawBuilder<bigint | null> {
  return sql<bigint | null>`cast(sum(${sql.ref(String(column))}) as bigint)`;
}

function sqlState(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
