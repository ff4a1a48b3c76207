import type { Account } from '../routing/catalogue.ts';
import { buildSnapshot, type Snapshot } from '../routing/snapshot.ts';
import type { CatalogueStore, SealedSecret } from '../storage/ports/catalogue-store.ts';

/** How a sealed provider key is opened. */
export type OpenSealed = (sealed: SealedSecret) => string;

/** The catalogue in force: one frozen snapshot, swapped as a whole, and the provider keys that go with it. */
export class LiveCatalogue {
  private current: Snapshot = buildSnapshot({ accounts: [], providers: [], models: [] });
  private version = -1n;
  private secrets = new Map<string, string>();
  private readonly store: CatalogueStore;
  private readonly open: OpenSealed;

  constructor(store: CatalogueStore, open: OpenSealed) {
    this.store = store;
    this.open = open;
  }

  readonly snapshot = (): Snapshot => this.current;

  readonly accountById = (id: string): Account | undefined => this.current.accounts.get(id);

  /** The secret of a provider key; throws for one that is not in the catalogue any more. */
  readonly openSecret = (providerKeyId: string): string => {
    const secret = this.secrets.get(providerKeyId);
    if (secret === undefined) throw new Error(`no provider key ${providerKeyId}`);
    return secret;
  };

  /** Loads the catalogue if the store has a newer one; running requests keep the snapshot they began with. */
  async refresh(): Promise<boolean> {
    if ((await this.store.version()) === this.version) return false;
    const { catalogue, secrets, version } = await this.store.load();
    const snapshot = buildSnapshot(catalogue);
    const opened = secrets.map((sealed): [string, string] => [sealed.providerKeyId, this.open(sealed)]);
    // The keys of the former catalogue stay until the next change, for the requests that still run on it.
    this.secrets = new Map([...this.secrets, ...opened]);
    this.current = snapshot;
    this.version = version;
    return true;
  }
}
