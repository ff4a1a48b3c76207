import pg from 'pg';
import { afterAll, describe } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/postgres/test-database.ts';
import { type MeddledPlace, storeConformance } from './conformance.ts';
import { openStore } from './open-store.ts';

/** Databases of this file that no test uses: emptying one is ten times quicker than creating one. */
const free: TestDatabase[] = [];

afterAll(async () => {
  for (const database of free) await database.drop();
});

describe('PostgreSQL', () => {
  storeConformance(makePlace);
});

async function makePlace(): Promise<MeddledPlace> {
  const database = free.pop() ?? (await createTestDatabase());
  const meddle = (sql: string): Promise<void> => run(database.url, sql);
  return {
    meddle,
    open: () => openStore({ databaseUrl: database.url }),
    async remove() {
      await meddle('drop schema public cascade; create schema public');
      free.push(database);
    },
  };
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
