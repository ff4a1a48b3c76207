/** The two files of an embedded store. */
export type Part = 'ledger' | 'requests';

/** What a statement may bind. Integers go to SQLite as int64 only; a double would be rounded in silence above 2^53. */
export type Bindable = string | bigint | number | Uint8Array | null;

/**
 * Rows that share values: each begins with the place of its shared ones, which come before its own. Values that are
 * missing at the end of a row are NULL.
 */
export type PackedRows = [
  rows: [place: number, ...own: (string | number | null)[]][],
  shared: (string | number | null)[][],
];

/** Work for the thread that holds the files. */
export type SqliteTask =
  | {
      readonly type: 'run';
      readonly id: number;
      readonly part: Part;
      readonly sql: string;
      readonly params: Bindable[];
    }
  /** One prepared single-row statement for all rows in one transaction; `rows` is {@link PackedRows} in JSON. */
  | {
      readonly type: 'insert';
      readonly id: number;
      readonly part: Part;
      readonly sql: string;
      readonly rows: Uint8Array<ArrayBuffer>;
    };

/** What a task came to. */
export type SqliteReply =
  | { readonly type: 'done'; readonly id: number; readonly rows: Record<string, unknown>[]; readonly changes: bigint }
  | { readonly type: 'failed'; readonly id: number; readonly message: string; readonly errcode: number | undefined };

/** What travels between the threads: all tasks, or replies, of one turn of the event loop. */
export type ToWorker = { readonly type: 'tasks'; readonly tasks: SqliteTask[] } | { readonly type: 'close' };

/** The worker's first message, before any reply. */
export type FromWorker =
  | { readonly type: 'opened' }
  | { readonly type: 'unusable'; readonly message: string }
  | { readonly type: 'replies'; readonly replies: SqliteReply[] };

/** The data of a new worker. */
export interface SqliteWorkerData {
  readonly files: Readonly<Record<Part, string>>;
}
