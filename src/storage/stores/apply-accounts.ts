import type { Transaction } from 'kysely';
import { uuidV7 } from '../../lib/uuid-v7.ts';
import type { Account } from '../../routing/catalogue.ts';
import type { CatalogueToApply } from '../ports/catalogue-store.ts';
import { StoreRefusal } from '../ports/store-refusal.ts';
import type { LedgerSchema } from '../schema.ts';
import type { AccountRow } from './account-row.ts';
import { isUuid } from './is-uuid.ts';

/** Makes, changes and lets go of the accounts of a file or the environment. Nothing of an account is ever deleted: it may have keys. */
export async function applyAccounts(open: Transaction<LedgerSchema>, toApply: CatalogueToApply): Promise<void> {
  const rows = await open.selectFrom('account').selectAll().execute();
  const byName = new Map(rows.map((row) => [row.name, row]));
  for (const [index, account] of toApply.catalogue.accounts.entries()) {
    const known = byName.get(account.name);
    const values = valuesOf(account, toApply.managedBy, index);
    if (known === undefined) {
      const id = isUuid(account.id) ? account.id : uuidV7();
      const created = BigInt(toApply.appliedAt);
      await open
        .insertInto('account')
        .values({ id, name: account.name, created, ...values })
        .execute();
    } else {
      refuseChangedGrant(known, account);
      await open.updateTable('account').set(values).where('id', '=', known.id).execute();
    }
  }
  const kept = new Set(toApply.catalogue.accounts.map((account) => account.name));
  const left = rows.filter((row) => row.managed_by !== 'cli' && !kept.has(row.name)).map((row) => row.id);
  if (left.length > 0) await open.updateTable('account').set({ managed_by: 'cli' }).where('id', 'in', left).execute();
}

function valuesOf(
  account: Account,
  managedBy: 'file' | 'env',
  index: number,
): Omit<AccountRow, 'id' | 'name' | 'created'> {
  return {
    billing: account.billing,
    opening_credits: account.openingCredits ?? null,
    groups: JSON.stringify(account.groups),
    state: account.state,
    managed_by: managedBy,
    position: BigInt(index),
  };
}

/** A grant is posted once. One that was never given may still be: an account often exists before its first configuration. */
function refuseChangedGrant(known: AccountRow, account: Account): void {
  if (known.opening_credits === null || known.opening_credits === account.openingCredits) return;
  throw new StoreRefusal(
    'opening_grant_changed',
    `the opening grant of account ${account.name} was given once and cannot be changed: ` +
      'put the old amount back and use `saola topup` to add credits',
  );
}
