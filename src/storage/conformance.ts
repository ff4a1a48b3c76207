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
  schemaSuite(makePlace);
  accountSuite(makePlace);
  keySuite(makePlace);
  catalogueSuite(makePlace);
  requestLogSuite(makePlace);
}
