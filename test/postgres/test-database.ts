import { randomBytes } from 'node:crypto';
import process from 'node:process';
import pg from 'pg';

/** A database of its own on the run's PostgreSQL. */
export interface TestDatabase {
  readonly url: string;
  /** Ends its sessions and removes it. */
  drop(): Promise<void>;
}

/** Creates an empty database. Rejects if there is no PostgreSQL: nothing may pass by being left out. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env['SAOLA_TEST_POSTGRES'];
  if (server === undefined || server === '')
    throw new Error('SAOLA_TEST_POSTGRES is empty: the suite needs PostgreSQL');
  const name = `saola_test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `create database ${name} encoding 'UTF8' template template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(server, `drop database ${name} with (force)`) };
}

async function onServer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
