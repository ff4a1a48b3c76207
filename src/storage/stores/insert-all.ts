import type { InsertObject, Transaction } from 'kysely';
import type { LedgerSchema } from '../schema.ts';

/** With at most 60 columns a table, far below the 32,766 values that a statement may bind. */
const ROWS_PER_STATEMENT = 500;

/** Inserts any number of rows, in few statements. */
export async function insertAll<T extends keyof LedgerSchema & string>(
  open: Transaction<LedgerSchema>,
  table: T,
  rows: readonly InsertObject<LedgerSchema, T>[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) {
    await open
      .insertInto(table)
      .values(rows.slice(at, at + ROWS_PER_STATEMENT))
      .execute();
  }
}
