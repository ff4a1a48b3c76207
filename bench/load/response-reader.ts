/** Told while one answer is read. */
export interface ResponseTaker {
  head(status: number): void;
  /** A piece of the body, without chunk framing; valid during the call only. */
  data(piece: Buffer): void;
  /** `keepAlive`: the connection takes another request. */
  end(keepAlive: boolean): void;
}

const HEAD_END = '\r\n\r\n';
const LINE_FEED = 0x0a;
const HEAD_BYTES_MAX = 64 * 1024;

type State = 'head' | 'length' | 'size-line' | 'chunk' | 'chunk-end' | 'trailer';

/** Reads HTTP/1.1 answers with a length or in chunks. Enough for a load generator: it throws on everything else. */
export class ResponseReader {
  readonly #taker: ResponseTaker;
  #state: State = 'head';
  /** A head or a chunk line that came in parts. */
  #kept: Buffer | undefined;
  #left = 0;
  #keepAlive = true;

  constructor(taker: ResponseTaker) {
    this.#taker = taker;
  }

  /** Throws an `Error` on bytes that are no such answer. */
  push(bytes: Buffer): void {
    let rest: Buffer | undefined = bytes;
    if (this.#kept !== undefined) {
      rest = Buffer.concat([this.#kept, bytes]);
      this.#kept = undefined;
    }
    while (rest !== undefined && rest.length > 0) rest = this.#step(rest);
  }

  /** Handles the front of `bytes` and returns what is left of them. */
  #step(bytes: Buffer): Buffer | undefined {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes);
      case 'length':
      case 'chunk':
        return this.#readData(bytes);
      default:
        return this.#readLine(bytes);
    }
  }

  #readHead(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return this.#keep(bytes);
    const head = bytes.toString('latin1', 0, end);
    const status = Number(head.slice(9, 12));
    this.#keepAlive = !/\r\nconnection: *close/i.test(head);
    this.#taker.head(status);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      this.#state = 'size-line';
    } else if (length !== undefined) {
      this.#left = Number(length);
      this.#state = 'length';
      if (this.#left === 0) this.#finish();
    } else {
      throw new Error(`status ${status} without a length`);
    }
    return bytes.subarray(end + HEAD_END.length);
  }

  #readData(bytes: Buffer): Buffer | undefined {
    const size = Math.min(this.#left, bytes.length);
    this.#left -= size;
    this.#taker.data(size === bytes.length ? bytes : bytes.subarray(0, size));
    if (this.#left === 0) {
      if (this.#state === 'length') this.#finish();
      else this.#state = 'chunk-end';
    }
    return size === bytes.length ? undefined : bytes.subarray(size);
  }

  #readLine(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf(LINE_FEED);
    if (end < 0) return this.#keep(bytes);
    const rest = bytes.subarray(end + 1);
    if (this.#state === 'chunk-end') {
      this.#state = 'size-line';
    } else if (this.#state === 'trailer') {
      if (end <= 1) this.#finish();
    } else {
      this.#left = Number.parseInt(bytes.toString('latin1', 0, end), 16);
      if (Number.isNaN(this.#left)) throw new Error('a chunk without a size');
      this.#state = this.#left === 0 ? 'trailer' : 'chunk';
    }
    return rest;
  }

  #keep(bytes: Buffer): undefined {
    if (bytes.length > HEAD_BYTES_MAX) throw new Error('a head without an end');
    this.#kept = Buffer.from(bytes);
  }

  #finish(): void {
    this.#state = 'head';
    this.#taker.end(this.#keepAlive);
  }
}
