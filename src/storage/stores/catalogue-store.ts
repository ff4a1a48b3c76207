import type { Databases } from '../databases.ts';
import type { CatalogueStore } from '../ports/catalogue-store.ts';
import { applyAccounts } from './apply-accounts.ts';
import { raiseCounter } from './raise-counter.ts';
import { readCatalogue } from './read-catalogue.ts';
import { replaceModels } from './replace-models.ts';
import { replaceProviders } from './replace-providers.ts';

/** The catalogue in SQL. */
export function createCatalogueStore({ ledger }: Databases): CatalogueStore {
  const version = async (): Promise<bigint> => {
    const row = await ledger
      .selectFrom('counter')
      .select('value')
      .where('name', '=', 'catalogue')
      .executeTakeFirstOrThrow();
    return row.value;
  };
  const digestInForce = async (): Promise<string | undefined> => {
    const row = await ledger.selectFrom('catalogue_digest').select('digest').executeTakeFirst();
    return row?.digest;
  };
  return {
    version,
    load: () =>
      ledger
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute((open) => readCatalogue(open)),
    async apply(toApply) {
      if ((await digestInForce()) === toApply.digest) return { version: await version(), changed: false };
      return ledger.transaction().execute(async (open) => {
        const raised = await raiseCounter(open, 'catalogue');
        await applyAccounts(open, toApply);
        await replaceProviders(open, toApply);
        await replaceModels(open, toApply);
        const digest = { digest: toApply.digest, applied: BigInt(toApply.appliedAt) };
        await open
          .insertInto('catalogue_digest')
          .values({ one: 1n, ...digest })
          .onConflict((conflict) => conflict.column('one').doUpdateSet(digest))
          .execute();
        return { version: raised, changed: true };
      });
    },
  };
}
