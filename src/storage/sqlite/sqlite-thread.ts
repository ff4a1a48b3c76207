import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../lib/worker-url.ts';
import { StoreRefusal } from '../ports/store-refusal.ts';
import type { Bindable, FromWorker, Part, SqliteReply, SqliteTask, SqliteWorkerData, ToWorker } from './messages.ts';
import { SqliteError } from './sqlite-error.ts';

/** Rows and the number of rows changed. */
export interface SqliteOutcome {
  readonly rows: Record<string, unknown>[];
  readonly changes: bigint;
}

interface Waiter {
  readonly resolve: (outcome: SqliteOutcome) => void;
  readonly reject: (error: Error) => void;
}

/** The main thread's end of the thread that holds the files. Tasks of one turn of the event loop travel as one message. */
export class SqliteThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiter>();
  readonly #exited: Promise<void>;
  #outbox: SqliteTask[] = [];
  #nextId = 1;
  #gone: Error | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'replies') for (const reply of message.replies) this.#settle(reply);
    });
    worker.on('error', (error) => this.#fail(new Error('the store thread failed', { cause: error })));
    worker.on('exit', () => this.#fail(new Error('the store is closed')));
  }

  /** Starts the thread and waits until both files are open. Refuses (`unusable_folder`). */
  static async start(files: SqliteWorkerData['files']): Promise<SqliteThread> {
    const workerData: SqliteWorkerData = { files };
    const worker = new Worker(workerUrl('sqlite'), { workerData, name: 'saola-store' });
    const thread = new SqliteThread(worker);
    const first = await new Promise<FromWorker>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    if (first.type === 'unusable') throw new StoreRefusal('unusable_folder', first.message);
    return thread;
  }

  /** One statement. */
  run(part: Part, sql: string, params: Bindable[]): Promise<SqliteOutcome> {
    return this.#post({ type: 'run', id: this.#nextId++, part, sql, params });
  }

  /** Many rows, as JSON, in a transaction of their own; the bytes are given away. Must not be called inside another one of that part. */
  insert(part: Part, sql: string, rows: Uint8Array<ArrayBuffer>): Promise<SqliteOutcome> {
    return this.#post({ type: 'insert', id: this.#nextId++, part, sql, rows });
  }

  /** What was asked before is done first; later calls are refused. */
  async close(): Promise<void> {
    this.#send();
    if (this.#gone === undefined) this.#worker.postMessage({ type: 'close' } satisfies ToWorker);
    this.#gone ??= new Error('the store is closed');
    await this.#exited;
  }

  #post(task: SqliteTask): Promise<SqliteOutcome> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    return new Promise((resolve, reject) => {
      this.#waiting.set(task.id, { resolve, reject });
      this.#outbox.push(task);
      if (this.#outbox.length === 1) queueMicrotask(() => this.#send());
    });
  }

  #send(): void {
    const tasks = this.#outbox;
    this.#outbox = [];
    if (tasks.length === 0) return;
    // Rows move over; nothing of them is copied or looked at.
    const rows = tasks.flatMap((task) => (task.type === 'insert' ? [task.rows.buffer] : []));
    this.#worker.postMessage({ type: 'tasks', tasks } satisfies ToWorker, rows);
  }

  #settle(reply: SqliteReply): void {
    const waiter = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.type === 'done') waiter?.resolve(reply);
    else waiter?.reject(new SqliteError(reply.message, reply.errcode));
  }

  #fail(error: Error): void {
    this.#gone ??= error;
    for (const waiter of this.#waiting.values()) waiter.reject(this.#gone);
    this.#waiting.clear();
  }
}
