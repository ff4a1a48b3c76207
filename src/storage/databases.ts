import type { Kysely } from 'kysely';
import type { SqlDialect } from './dialect.ts';
import type { LedgerSchema, RequestsSchema } from './schema.ts';
import type { Bindable } from './sqlite/messages.ts';

/** Many rows for one table, all values one after the other. */
export interface RowBatch {
  readonly table: keyof RequestsSchema;
  readonly columns: readonly string[];
  readonly values: Bindable[];
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
