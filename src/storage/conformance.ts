import { describe } from 'vitest';
import { accountSuite } from './conformance/account-suite.ts';
import { catalogueSuite } from './conformance/catalogue-suite.ts';
import { keySuite } from './conformance/key-suite.ts';
import { requestLogSuite } from './conformance/request-log-suite.ts';
import type { StorePlace } from './conformance/rig.ts';
import { schemaSuite } from './conformance/schema-suite.ts';

/** A place that also lets a test change the database behind the store's back. */
export type MeddledPlace = StorePlace & { meddle(sql: string): Promise<void> };

/** Registers every test that a store of any engine must pass. `makePlace` gives an empty place. */
export function storeConformance(makePlace: () => Promise<MeddledPlace>): void {
  // Each in a group of its own: the hooks that open a store must run for the tests of one suite, not of all.
  for (const suite of [schemaSuite, accountSuite, keySuite, catalogueSuite, requestLogSuite])
    describe(suite.name, () => suite(makePlace));
}
