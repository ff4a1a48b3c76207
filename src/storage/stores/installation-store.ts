import type { Databases } from '../databases.ts';
import type { Installation, InstallationStore } from '../ports/installation-store.ts';

/** The installation's row in SQL. */
export function createInstallationStore({ ledger }: Databases): InstallationStore {
  const load = async (): Promise<Installation | undefined> => {
    const row = await ledger.selectFrom('installation').selectAll().executeTakeFirst();
    if (row === undefined) return undefined;
    return {
      id: row.id,
      createdAt: Number(row.created),
      keyPrefix: row.key_prefix,
      secretKeyCheck: row.secret_key_check,
      pepperCheck: row.pepper_check,
    };
  };
  return {
    load,
    async ensure(installation) {
      await ledger
        .insertInto('installation')
        .values({
          one: 1n,
          id: installation.id,
          created: BigInt(installation.createdAt),
          key_prefix: installation.keyPrefix,
          secret_key_check: installation.secretKeyCheck,
          pepper_check: installation.pepperCheck,
        })
        .onConflict((conflict) => conflict.column('one').doNothing())
        .execute();
      return (await load()) ?? installation;
    },
  };
}
