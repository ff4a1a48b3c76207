import type { Kysely } from 'kysely';
import type { ColumnType, SqlDialect } from './dialect.ts';
import type { LedgerSchema, RequestsSchema } from './schema.ts';

/** A column of rows that are inserted many at a time. */
export interface BatchColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** Many rows for one table. */
export interface RowBatch {
  readonly table: keyof RequestsSchema;
  /** The columns whose values several rows may share. */
  readonly repeated: readonly BatchColumn[];
  readonly own: readonly BatchColumn[];
  /** A `PackedRows` in JSON; given away with the call. */
  readonly rows: Uint8Array<ArrayBuffer>;
}

/** The open databases of a store; on PostgreSQL both are the same one. */
export interface Databases {
  readonly dialect: SqlDialect;
  readonly ledger: Kysely<LedgerSchema>;
  readonly requests: Kysely<RequestsSchema>;
  /** The cheap way in for many rows: one transaction; rows whose `id` is there already are skipped. */
  readonly insertNew: (batch: RowBatch) => Promise<void>;
  readonly close: () => Promise<void>;
}
