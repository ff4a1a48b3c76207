import { afterEach, beforeEach } from 'vitest';
import type { Store } from '../ports/store.ts';

/** One empty place where stores can be opened, again and again, as several nodes or after a restart. */
export interface StorePlace {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

/** What a suite uses: a migrated store, fresh for each test, and more stores on the same place. */
export interface StoreRig {
  readonly store: Store;
  /** Another store on the same place, closed after the test. */
  another(): Promise<Store>;
}

/** Registers the hooks that give every test of a file its own place. */
export function useStoreRig(makePlace: () => Promise<StorePlace>): StoreRig {
  let place: StorePlace | undefined;
  const opened: Store[] = [];
  const open = async (): Promise<Store> => {
    if (place === undefined) throw new Error('no place is open');
    const store = await place.open();
    opened.push(store);
    return store;
  };
  beforeEach(async () => {
    place = await makePlace();
    await (await open()).migrations.up();
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await place?.remove();
    place = undefined;
  });
  return {
    get store() {
      const [first] = opened;
      if (first === undefined) throw new Error('the store is open only within a test');
      return first;
    },
    another: open,
  };
}
