import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Bindable, PackedRows, SqliteReply, SqliteTask } from './messages.ts';

const STATEMENTS_MAX = 256;

/** One open database file, used from one thread only. */
export class SqliteFile {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, { statement: StatementSync; reads: boolean }>();

  /** Opens with the settings on which the durability promises rest; throws if the file system cannot keep them. */
  constructor(path: string) {
    this.#db = new DatabaseSync(path, { readBigInts: true, timeout: 5_000, enableForeignKeyConstraints: true });
    const mode = this.#db.prepare('pragma journal_mode = wal').get()?.['journal_mode'];
    if (mode !== 'wal') throw new Error(`${path}: no write-ahead log here (journal mode ${String(mode)})`);
    this.#db.exec('pragma synchronous = full');
    this.#db.exec('pragma journal_size_limit = 67108864');
  }

  /** Never throws; failures are replies. */
  perform(task: SqliteTask): SqliteReply {
    try {
      return task.type === 'run' ? this.#run(task) : this.#insert(task);
    } catch (error) {
      const errcode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined;
      return { type: 'failed', id: task.id, message: error instanceof Error ? error.message : String(error), errcode };
    }
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #run({ id, sql, params }: SqliteTask & { type: 'run' }): SqliteReply {
    const { statement, reads } = this.#prepare(sql);
    const bound = params.map(toInput);
    if (reads) return { type: 'done', id, rows: statement.all(...bound), changes: 0n };
    const { changes } = statement.run(...bound);
    return { type: 'done', id, rows: [], changes: BigInt(changes) };
  }

  #insert({ id, sql, rows }: SqliteTask & { type: 'insert' }): SqliteReply {
    const { statement } = this.#prepare(sql);
    const [own, shared] = JSON.parse(Buffer.from(rows.buffer).toString()) as PackedRows;
    this.#db.exec('begin immediate');
    try {
      // What is not bound is NULL. Numbers need no way round by bigint here: the columns take whole ones only.
      for (const row of own) statement.run(...valuesOf(row, shared));
      this.#db.exec('commit');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('rollback');
      throw error;
    }
    return { type: 'done', id, rows: [], changes: BigInt(own.length) };
  }

  #prepare(sql: string): { statement: StatementSync; reads: boolean } {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    const prepared = { statement, reads: statement.columns().length > 0 };
    if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear();
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

function valuesOf(row: PackedRows[0][number], shared: PackedRows[1]): SQLInputValue[] {
  const values: SQLInputValue[] = [...(shared[row[0]] ?? [])];
  for (let at = 1; at < row.length; at += 1) values.push(row[at] ?? null);
  return values;
}

function toInput(value: Bindable): SQLInputValue {
  if (typeof value !== 'number') return value;
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} cannot be stored: only whole numbers are`);
  return BigInt(value);
}
