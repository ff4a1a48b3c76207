import { Kysely } from 'kysely';
import type { BatchColumn, Databases, RowBatch } from '../databases.ts';
import { sqliteDialect } from '../dialect.ts';
import type { LedgerSchema, RequestsSchema } from '../schema.ts';
import { Mutex } from './mutex.ts';
import { prepareFolder } from './prepare-folder.ts';
import { SqliteThreadDialect } from './sqlite-dialect.ts';
import { SqliteThread } from './sqlite-thread.ts';

/** Opens the two files of an embedded store in its own thread. Refuses (`network_file_system`, `unusable_folder`). */
export async function openSqlite(dataDir: string): Promise<Databases> {
  const thread = await SqliteThread.start(prepareFolder(dataDir));
  const turns = { ledger: new Mutex(), requests: new Mutex() };
  const ledger = new Kysely<LedgerSchema>({ dialect: new SqliteThreadDialect(thread, 'ledger', turns.ledger) });
  const requests = new Kysely<RequestsSchema>({ dialect: new SqliteThreadDialect(thread, 'requests', turns.requests) });
  return {
    dialect: sqliteDialect,
    ledger,
    requests,
    async insertNew({ table, repeated, own, rows }: RowBatch) {
      await turns.requests.lock();
      try {
        await thread.insert('requests', insertSql(table, [...repeated, ...own]), rows);
      } finally {
        turns.requests.unlock();
      }
    },
    async close() {
      await Promise.all([turns.ledger.lock(), turns.requests.lock()]);
      await thread.close();
      turns.ledger.unlock();
      turns.requests.unlock();
    },
  };
}

function insertSql(table: string, columns: readonly BatchColumn[]): string {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  return `insert into "${table}" (${names}) values (${columns.map(() => '?').join(', ')}) on conflict ("id") do nothing`;
}
