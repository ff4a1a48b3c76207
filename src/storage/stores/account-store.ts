import { uuidV7 } from '../../lib/uuid-v7.ts';
import type { Databases } from '../databases.ts';
import type { AccountStore } from '../ports/account-store.ts';
import { StoreRefusal } from '../ports/store-refusal.ts';
import { type AccountRow, accountFromRow, listedAccountFromRow } from './account-row.ts';
import { isUuid } from './is-uuid.ts';
import { raiseCounter } from './raise-counter.ts';

/** Commands' accounts come after those of the file. */
const CLI_POSITION = 1_000_000n;

/** Accounts in SQL. */
export function createAccountStore({ ledger, dialect }: Databases): AccountStore {
  return {
    async create({ name, billing, openingCredits, groups }) {
      const row: AccountRow = {
        id: uuidV7(),
        name,
        billing,
        opening_credits: openingCredits ?? null,
        groups: JSON.stringify(groups),
        state: 'active',
        managed_by: 'cli',
        position: CLI_POSITION,
        created: BigInt(Date.now()),
      };
      try {
        await ledger.transaction().execute(async (open) => {
          await raiseCounter(open, 'catalogue');
          await open.insertInto('account').values(row).execute();
        });
      } catch (error) {
        if (dialect.violation(error) !== 'unique') throw error;
        throw new StoreRefusal('name_taken', `there is an account named ${name} already`);
      }
      return accountFromRow(row);
    },
    async list() {
      const rows = await ledger.selectFrom('account').selectAll().orderBy('name').execute();
      return rows.map(listedAccountFromRow);
    },
    async byName(name) {
      const row = await ledger.selectFrom('account').selectAll().where('name', '=', name).executeTakeFirst();
      return row === undefined ? undefined : listedAccountFromRow(row);
    },
    async setState(id, state) {
      if (!isUuid(id)) throw noAccount(id);
      return ledger.transaction().execute(async (open) => {
        await raiseCounter(open, 'catalogue');
        const row = await open
          .updateTable('account')
          .set({ state })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) throw noAccount(id);
        if (row.managed_by === 'file') {
          throw new StoreRefusal(
            'managed_by_file',
            `account ${row.name} is managed by the configuration file: change its state there`,
          );
        }
        return accountFromRow(row);
      });
    },
  };
}

function noAccount(id: string): StoreRefusal {
  return new StoreRefusal('not_found', `there is no account ${id}`);
}
