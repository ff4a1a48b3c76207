import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely';
import type { Bindable, Part } from './messages.ts';
import type { Mutex } from './mutex.ts';
import { SqliteError } from './sqlite-error.ts';
import type { SqliteThread } from './sqlite-thread.ts';

/** SQLite changes its schema inside transactions, and the migrator relies on that for its lock. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Kysely's view of one file of the store thread: one connection, so transactions take turns. */
export class SqliteThreadDialect implements Dialect {
  readonly #thread: SqliteThread;
  readonly #part: Part;
  readonly #turns: Mutex;

  constructor(thread: SqliteThread, part: Part, turns: Mutex) {
    this.#thread = thread;
    this.#part = part;
    this.#turns = turns;
  }

  createDriver(): Driver {
    return new SqliteThreadDriver(new SqliteConnection(this.#thread, this.#part), this.#turns);
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }

  // biome-ignore lint/suspicious/noExplicitAny: the interface of Kysely's Dialect.
  createIntrospector(db: Kysely<any>): SqliteIntrospector {
    return new SqliteIntrospector(db);
  }
}

class SqliteThreadDriver implements Driver {
  readonly #connection: SqliteConnection;
  readonly #turns: Mutex;

  constructor(connection: SqliteConnection, turns: Mutex) {
    this.#connection = connection;
    this.#turns = turns;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    await this.#turns.lock();
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#turns.unlock();
  }

  /** IMMEDIATE, because a transaction that reads first and writes later fails instead of waiting for another process. */
  async beginTransaction(connection: SqliteConnection, { accessMode }: TransactionSettings): Promise<void> {
    await connection.run(accessMode === 'read only' ? 'begin' : 'begin immediate');
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    await connection.run('commit');
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    // After a full disk and the like SQLite has rolled back already; the first error is the one to tell.
    await connection.run('rollback').catch((error: unknown) => {
      if (!(error instanceof SqliteError) || !error.message.includes('no transaction is active')) throw error;
    });
  }

  async destroy(): Promise<void> {}
}

class SqliteConnection implements DatabaseConnection {
  readonly #thread: SqliteThread;
  readonly #part: Part;

  constructor(thread: SqliteThread, part: Part) {
    this.#thread = thread;
    this.#part = part;
  }

  async run(sql: string): Promise<void> {
    await this.#thread.run(this.#part, sql, []);
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = await this.#thread.run(this.#part, sql, parameters.map(toBindable));
    return { rows: rows as R[], numAffectedRows: changes };
  }

  // biome-ignore lint/correctness/useYield: Kysely asks for the method; results here are pages, never streams.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('the store thread does not stream; read pages');
  }
}

function toBindable(value: unknown): Bindable {
  if (value === null) return null;
  // A Buffer is often a window into a shared pool, and the whole pool would travel to the other thread.
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (typeof value === 'string' || typeof value === 'bigint' || typeof value === 'number') return value;
  throw new TypeError(`a value of type ${typeof value} cannot be stored`);
}
