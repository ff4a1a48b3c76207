import type { KeyStore } from '../storage/ports/key-store.ts';
import type { KeyRing } from './key-ring.ts';
import type { UnknownIds } from './unknown-ids.ts';

/** Lookups that may run at once; beyond it the answer is `unknown`, and a real key is in memory a second later. */
const LOOKUPS_MAX = 32;

/** What lookups are made of. */
export interface LookupParts {
  readonly keyStore: Pick<KeyStore, 'byId'>;
  readonly ring: KeyRing;
  readonly unknownIds: UnknownIds;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Reads single keys that are not in memory, each id once at a time. */
export class KeyLookups {
  readonly #parts: LookupParts;
  readonly #running = new Map<string, Promise<void>>();

  constructor(parts: LookupParts) {
    this.#parts = parts;
  }

  /** No further lookup may start. */
  get full(): boolean {
    return this.#running.size >= LOOKUPS_MAX;
  }

  /** Resolves when the id is either in the ring or known to be unknown; rejects if the store cannot be read. */
  look(id: string): Promise<void> {
    const running = this.#running.get(id);
    if (running !== undefined) return running;
    const lookup = this.#load(id).finally(() => this.#running.delete(id));
    this.#running.set(id, lookup);
    return lookup;
  }

  async #load(id: string): Promise<void> {
    const { keyStore, ring, unknownIds, now } = this.#parts;
    const key = await keyStore.byId(id);
    if (key === undefined) unknownIds.add(id, now());
    else ring.put(key);
  }
}
