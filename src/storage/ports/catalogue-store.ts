import type { Catalogue } from '../../routing/catalogue.ts';

/** A provider key's secret, encrypted for one origin; opens only with the values that it was sealed with. */
export interface SealedSecret {
  readonly providerKeyId: string;
  readonly providerId: string;
  /** The origins (scheme, host, port) that the secret may be sent to, sorted, space separated. */
  readonly origin: string;
  /** Rises with every sealing of the same key. */
  readonly version: bigint;
  readonly dataKeyId: string;
  /** Nonce (12 bytes), ciphertext, tag (16 bytes). */
  readonly sealed: Uint8Array;
}

/** A catalogue to be applied. */
export interface CatalogueToApply {
  readonly catalogue: Catalogue;
  /** One for each provider key. */
  readonly secrets: readonly SealedSecret[];
  /** Names this content, secrets included; applying the digest that is in force changes nothing. */
  readonly digest: string;
  readonly managedBy: 'file' | 'env';
  /** Epoch milliseconds. */
  readonly appliedAt: number;
}

/** What the store holds. */
export interface StoredCatalogue {
  readonly catalogue: Catalogue;
  readonly secrets: readonly SealedSecret[];
  readonly version: bigint;
  /** Of the content applied last; `undefined` if none ever was. */
  readonly digest: string | undefined;
}

/** The catalogue: accounts, providers, models, deployments, prices. */
export interface CatalogueStore {
  /**
   * Replaces what a file or the environment put there, in one transaction. Accounts are matched by name and keep their
   * ids; the ids in `catalogue` count for new ones only, and only if they are UUIDs. Accounts that left stay and become
   * `cli`, providers, models and deployments that left go. Refuses (`opening_grant_changed`).
   */
  apply(toApply: CatalogueToApply): Promise<{ readonly version: bigint; readonly changed: boolean }>;
  /** One consistent picture. */
  load(): Promise<StoredCatalogue>;
  /** Rises with every change, in commit order; cheap enough to poll. */
  version(): Promise<bigint>;
}
