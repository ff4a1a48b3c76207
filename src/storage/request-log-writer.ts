import type { RequestLog } from './ports/request-log.ts';
import type { RequestRecord } from './ports/request-record.ts';

/** What the writer is built on, and its limits. */
export interface RequestLogWriterOptions {
  readonly log: Pick<RequestLog, 'append'>;
  /** Resolves if the store answers at all: tells a record that the store refuses from a store that is away. */
  readonly ping: () => Promise<void>;
  /** Told of each failed write. */
  readonly onError: (error: unknown) => void;
  readonly batchRows?: number;
  readonly delayMs?: number;
  readonly queueRowsMax?: number;
}

/** Counters since the start, for metrics. */
export interface RequestLogWriterStats {
  readonly queued: number;
  readonly written: number;
  /** Lost because the queue was full. */
  readonly dropped: number;
  /** Lost because the store refused them. */
  readonly rejected: number;
}

/** Takes finished requests off the hot path and writes them in batches. */
export interface RequestLogWriter {
  /** Queues a record; never throws, never waits. */
  append(record: RequestRecord): void;
  /** Resolves when all that was queued at the call is written or given up. */
  flush(): Promise<void>;
  /** Flushes once, then takes nothing more; what the store would not take by then is lost and counted. */
  close(): Promise<void>;
  stats(): RequestLogWriterStats;
}

/**
 * Rows of a write: fewer cost a commit and a message too often, more would hold up the event loop for over a
 * millisecond while they are packed, and other statements of the store for too long.
 */
const BATCH_ROWS = 500;

/** Makes a writer: a write starts at `batchRows` (500) records or `delayMs` (250) after the first, one at a time. */
export function createRequestLogWriter(options: RequestLogWriterOptions): RequestLogWriter {
  return new BatchWriter(options);
}

class BatchWriter implements RequestLogWriter {
  readonly #options: RequestLogWriterOptions;
  readonly #batchRows: number;
  readonly #delayMs: number;
  readonly #queueRowsMax: number;
  #queue: RequestRecord[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<boolean> | undefined;
  #writeRows = BATCH_ROWS;
  #failing = false;
  #closed = false;
  #taken = 0;
  #written = 0;
  #dropped = 0;
  #rejected = 0;

  constructor(options: RequestLogWriterOptions) {
    this.#options = options;
    this.#batchRows = options.batchRows ?? BATCH_ROWS;
    this.#delayMs = options.delayMs ?? 250;
    this.#queueRowsMax = options.queueRowsMax ?? 100_000;
  }

  append(record: RequestRecord): void {
    this.#taken += 1;
    if (this.#closed) {
      this.#dropped += 1;
      return;
    }
    this.#queue.push(record);
    if (this.#queue.length > this.#queueRowsMax) this.#dropOldest();
    if (this.#writing === undefined) this.#plan();
  }

  async flush(): Promise<void> {
    const until = this.#taken;
    while (this.#written + this.#dropped + this.#rejected < until) {
      if (!(await (this.#writing ?? this.#write()))) return;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dropped += this.#queue.length;
    this.#queue = [];
  }

  stats(): RequestLogWriterStats {
    return {
      queued: this.#queue.length,
      written: this.#written,
      dropped: this.#dropped,
      rejected: this.#rejected,
    };
  }

  /** A tenth more than must be: dropping one by one from the front of a full queue would move all others each time. */
  #dropOldest(): void {
    const surplus = this.#queue.length - this.#queueRowsMax + Math.floor(this.#queueRowsMax / 10);
    this.#queue.splice(0, surplus);
    this.#dropped += surplus;
  }

  /** `true` if the store took something, or refused it for good. */
  #write(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#queue.splice(0, this.#writeRows);
    const write = this.#deliver(batch).finally(() => {
      this.#writing = undefined;
      if (this.#queue.length > 0 && !this.#closed) this.#plan();
    });
    this.#writing = write;
    return write;
  }

  async #deliver(batch: RequestRecord[]): Promise<boolean> {
    try {
      await this.#options.log.append(batch);
      this.#written += batch.length;
      this.#failing = false;
      this.#writeRows = Math.min(BATCH_ROWS, this.#writeRows * 2);
      return true;
    } catch (error) {
      this.#failing = true;
      this.#options.onError(error);
      return this.#recover(batch);
    }
  }

  /**
   * The batch goes back to the front and the next one is half as long, down to the one record that a living store
   * refuses: that one is given up, so that it cannot hold up the rest for ever.
   */
  async #recover(batch: RequestRecord[]): Promise<boolean> {
    const alive = await this.#options.ping().then(
      () => true,
      () => false,
    );
    if (alive && batch.length === 1) {
      this.#rejected += 1;
      return true;
    }
    if (alive) this.#writeRows = Math.ceil(batch.length / 2);
    this.#queue = [...batch, ...this.#queue];
    if (this.#queue.length > this.#queueRowsMax) this.#dropOldest();
    return alive;
  }

  /** After a failure only the clock starts the next write: a store that is away must not be asked without a pause. */
  #plan(): void {
    if (this.#queue.length >= this.#batchRows && !this.#failing) void this.#write();
    else this.#timer ??= setTimeout(() => void this.#write(), this.#delayMs);
  }
}
