import process from 'node:process';
import { type RunningPostgres, startPostgres } from './start-postgres.ts';

const VARIABLE = 'SAOLA_TEST_POSTGRES';
let running: RunningPostgres | undefined;

/**
 * Starts one PostgreSQL for all projects of a run and names it in SAOLA_TEST_POSTGRES; DATABASE_URL, if set, names a
 * server to be used instead. A server that does not start fails the run, because the suites would prove half only.
 */
export async function setup(): Promise<void> {
  if (process.env[VARIABLE] !== undefined) return;
  const own = process.env['DATABASE_URL'];
  if (own !== undefined && own !== '') {
    process.env[VARIABLE] = own;
    return;
  }
  // Claimed before the first wait: a second project must not start a second server.
  process.env[VARIABLE] = '';
  running = await startPostgres();
  process.env[VARIABLE] = running.url;
}

/** Stops the server if this project started it. */
export async function teardown(): Promise<void> {
  await running?.stop();
}
