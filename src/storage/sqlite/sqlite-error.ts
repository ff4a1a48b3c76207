/** A statement that SQLite refused. */
export class SqliteError extends Error {
  /** The extended result code (https://sqlite.org/rescode.html). */
  readonly errcode: number | undefined;

  constructor(message: string, errcode: number | undefined) {
    super(message);
    this.name = 'SqliteError';
    this.errcode = errcode;
  }
}
