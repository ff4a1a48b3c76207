import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from './test-database.ts';

test('the run has a real PostgreSQL that keeps its commits, and each caller gets an empty database', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query("select current_setting('fsync') as fsync, version() as version");
  const tables = await client.query("select 1 from pg_tables where schemaname = 'public'");
  await client.end();
  await database.drop();
  expect(rows[0]).toEqual({ fsync: 'on', version: expect.stringMatching(/^PostgreSQL \d+/) });
  expect(tables.rowCount).toBe(0);
});
