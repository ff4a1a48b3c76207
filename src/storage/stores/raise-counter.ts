import type { Transaction } from 'kysely';
import type { LedgerSchema } from '../schema.ts';

/** What is versioned. */
export type CounterName = 'api_key' | 'catalogue';

/**
 * The next version. Must be the first statement of its transaction: the row stays locked until the commit, so versions
 * become visible in their order (a reader that saw 6 can never meet 5 later) and writers cannot deadlock.
 */
export async function raiseCounter(open: Transaction<LedgerSchema>, name: CounterName): Promise<bigint> {
  const { value } = await open
    .updateTable('counter')
    .set((eb) => ({ value: eb('value', '+', 1n) }))
    .where('name', '=', name)
    .returning('value')
    .executeTakeFirstOrThrow();
  return value;
}
