import type { Account } from '../routing/catalogue.ts';
import type { Store } from '../storage/ports/store.ts';
import { CommandError } from './exit.ts';

/** The account of this name; an error that lists the names there are. */
export async function accountNamed(store: Store, name: string): Promise<Account> {
  const found = await store.accounts.byName(name);
  if (found !== undefined) return found.account;
  const names = (await store.accounts.list()).map(({ account }) => account.name);
  const known = names.length === 0 ? 'there are none yet' : `there are ${names.slice(0, 10).join(', ')}`;
  throw new CommandError(`there is no account "${name}"; ${known}`);
}
