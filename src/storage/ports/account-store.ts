import type { Account } from '../../routing/catalogue.ts';

/** Who wrote a row: a configuration file, provider variables of the environment, or a command. */
export type ManagedBy = 'file' | 'env' | 'cli';

/** An account as lists show it. */
export interface ListedAccount {
  readonly account: Account;
  readonly managedBy: ManagedBy;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** Accounts. Every change raises the version of the catalogue, of which they are part. */
export interface AccountStore {
  /** Makes an account that a command manages; its id is a new UUIDv7. Refuses (`name_taken`) a name that is there. */
  create(account: Omit<Account, 'id' | 'state'>): Promise<Account>;
  /** By name. */
  list(): Promise<readonly ListedAccount[]>;
  byName(name: string): Promise<ListedAccount | undefined>;
  /** Refuses (`managed_by_file`) an account of the configuration file: the file would put it back. */
  setState(id: string, state: Account['state']): Promise<Account>;
}
