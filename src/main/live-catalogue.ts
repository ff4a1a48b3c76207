import type { OpenSecret } from '../auth/secret-opener.ts';
import type { Account } from '../routing/catalogue.ts';
import { buildSnapshot, type Snapshot } from '../routing/snapshot.ts';
import type { CatalogueStore, StoredCatalogue } from '../storage/ports/catalogue-store.ts';

/** The catalogue in force: one frozen snapshot, swapped as a whole, and the provider keys that go with it. */
export class LiveCatalogue {
  private current: Snapshot = buildSnapshot({ accounts: [], providers: [], models: [] });
  private version = -1n;
  private open: OpenSecret = unknownKey;
  private openFormer: OpenSecret = unknownKey;
  private keyIds: ReadonlySet<string> = new Set();
  private readonly store: CatalogueStore;
  private readonly opener: (stored: StoredCatalogue) => OpenSecret;

  constructor(store: CatalogueStore, opener: (stored: StoredCatalogue) => OpenSecret) {
    this.store = store;
    this.opener = opener;
  }

  readonly snapshot = (): Snapshot => this.current;

  readonly accountById = (id: string): Account | undefined => this.current.accounts.get(id);

  /**
   * The secret of a provider key. Only a key that has left is opened as the former catalogue had it, for the requests
   * that began on it: a key that is still there and does not open any more, because its origin has moved, stays shut.
   */
  readonly openSecret: OpenSecret = (providerKeyId) =>
    this.keyIds.has(providerKeyId) ? this.open(providerKeyId) : this.openFormer(providerKeyId);

  /** Loads the catalogue if the store has a newer one; running requests keep the snapshot they began with. */
  async refresh(): Promise<boolean> {
    if ((await this.store.version()) === this.version) return false;
    const stored = await this.store.load();
    const snapshot = buildSnapshot(stored.catalogue);
    this.openFormer = this.open;
    this.open = this.opener(stored);
    this.keyIds = new Set(stored.secrets.map((secret) => secret.providerKeyId));
    this.current = snapshot;
    this.version = stored.version;
    return true;
  }
}

function unknownKey(providerKeyId: string): never {
  throw new Error(`no provider key ${providerKeyId}`);
}
