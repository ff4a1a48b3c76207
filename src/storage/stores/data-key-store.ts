import type { Selectable } from 'kysely';
import type { Databases } from '../databases.ts';
import type { DataKeyStore, WrappedDataKey } from '../ports/data-key-store.ts';
import type { LedgerSchema } from '../schema.ts';

/** Wrapped data keys in SQL. */
export function createDataKeyStore({ ledger }: Databases): DataKeyStore {
  return {
    async ensure(key) {
      await ledger
        .insertInto('data_key')
        .values({
          id: key.id,
          tenant: key.tenant,
          generation: key.generation,
          kek_id: key.kekId,
          wrapped: key.wrapped,
          created: BigInt(key.createdAt),
        })
        .onConflict((conflict) => conflict.columns(['tenant', 'generation']).doNothing())
        .execute();
      const row = await ledger
        .selectFrom('data_key')
        .selectAll()
        .where('tenant', '=', key.tenant)
        .where('generation', '=', key.generation)
        .executeTakeFirstOrThrow();
      return toKey(row);
    },
    async list() {
      const rows = await ledger.selectFrom('data_key').selectAll().orderBy('tenant').orderBy('generation').execute();
      return rows.map(toKey);
    },
  };
}

function toKey(row: Selectable<LedgerSchema['data_key']>): WrappedDataKey {
  return {
    id: row.id,
    tenant: row.tenant,
    generation: row.generation,
    kekId: row.kek_id,
    wrapped: row.wrapped,
    createdAt: Number(row.created),
  };
}
