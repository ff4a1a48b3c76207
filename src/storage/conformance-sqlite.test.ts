import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe } from 'vitest';
import { storeConformance } from './conformance.ts';
import { openStore } from './open-store.ts';

describe('SQLite', () => {
  storeConformance(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'saola-store-'));
    return {
      open: () => openStore({ dataDir }),
      remove: () => rm(dataDir, { recursive: true }),
      async meddle(sql) {
        const db = new DatabaseSync(join(dataDir, 'ledger.db'));
        db.exec(sql);
        db.close();
      },
    };
  });
});
