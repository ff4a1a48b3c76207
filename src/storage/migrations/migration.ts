import type { Kysely } from 'kysely';
import type { SqlDialect } from '../dialect.ts';

/** One step of the schema, forward only. */
export interface SchemaStep {
  /** Sorts after all earlier ones: `0003_what`. */
  readonly name: string;
  /** Which file of an embedded store it belongs to; PostgreSQL has all in one database. */
  readonly part: 'ledger' | 'requests';
  readonly up: (db: Kysely<unknown>, dialect: SqlDialect) => Promise<void>;
}
