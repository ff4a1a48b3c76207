import type { Selectable } from 'kysely';
import type { Account } from '../../routing/catalogue.ts';
import type { ListedAccount } from '../ports/account-store.ts';
import type { LedgerSchema } from '../schema.ts';
import { textListFromRow } from './text-list.ts';

/** A row of `account`. */
export type AccountRow = Selectable<LedgerSchema['account']>;

/** The account that a row holds. */
export function accountFromRow(row: AccountRow): Account {
  return {
    id: row.id,
    name: row.name,
    billing: row.billing === 'postpaid' ? 'postpaid' : 'prepaid',
    openingCredits: row.opening_credits ?? undefined,
    groups: textListFromRow(row.groups) ?? [],
    state: row.state === 'active' ? 'active' : 'suspended',
  };
}

/** The same with what only lists show. */
export function listedAccountFromRow(row: AccountRow): ListedAccount {
  return {
    account: accountFromRow(row),
    managedBy: row.managed_by === 'file' || row.managed_by === 'env' ? row.managed_by : 'cli',
    createdAt: Number(row.created),
  };
}
