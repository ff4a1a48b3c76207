const END = Buffer.from('\r\n\r\n', 'latin1');
const CR = 0x0d;
const LF = 0x0a;

/** Gathers the bytes of a message's head until it is whole. */
export class HeadBytes {
  private readonly bytesMax: number;
  private readonly beginning: Buffer | undefined;
  private kept: Buffer | undefined;

  /** `bytesMax`: the longest head, with its empty line. `beginning`: how a head begins; without it, with a capital letter. */
  constructor(bytesMax: number, beginning?: string) {
    this.bytesMax = bytesMax;
    this.beginning = beginning === undefined ? undefined : Buffer.from(beginning, 'latin1');
  }

  /** Part of a head has come. */
  get begun(): boolean {
    return this.kept !== undefined;
  }

  /**
   * Adds what has come. `whole` gives the head without its empty line, and the bytes behind it; the buffer is the given
   * one, or a longer one with what was kept in front. Empty lines before the head are skipped (RFC 9112, section 2.2).
   */
  push(bytes: Buffer, from: number): HeadResult {
    const all = this.kept === undefined ? bytes : Buffer.concat([this.kept, bytes.subarray(from)]);
    // The end may have begun in what was kept.
    const searchFrom = this.kept === undefined ? from : Math.max(0, this.kept.length - 3);
    let start = this.kept === undefined ? from : 0;
    while (all[start] === CR && all[start + 1] === LF) start += 2;
    const end = all.indexOf(END, Math.max(start, searchFrom));
    if ((end < 0 ? all.length : end + 4) - start > this.bytesMax) return TOO_LONG;
    if (end < 0) {
      this.kept = start < all.length ? all.subarray(start) : undefined;
      // Another protocol may never send an empty line: it is told at once, not after a timeout.
      return this.kept === undefined || this.maybeHead(this.kept) ? PARTIAL : FOREIGN;
    }
    this.kept = undefined;
    return { type: 'whole', text: all.toString('latin1', start, end + 2), bytes: all, rest: end + 4 };
  }

  private maybeHead(bytes: Buffer): boolean {
    const first = bytes[0] as number;
    if (this.beginning === undefined) return first === CR || (first >= 0x41 && first <= 0x5a);
    const length = Math.min(bytes.length, this.beginning.length);
    return first === CR || bytes.compare(this.beginning, 0, length, 0, length) === 0;
  }
}

/** What came of some bytes. */
export type HeadResult =
  | { readonly type: 'partial' }
  | { readonly type: 'too_long' }
  /** These bytes are not the beginning of a head. */
  | { readonly type: 'foreign' }
  | {
      readonly type: 'whole';
      /** One character a byte; every line ends with CRLF. */
      readonly text: string;
      readonly bytes: Buffer;
      /** Where in `bytes` the body begins. */
      readonly rest: number;
    };

const PARTIAL: HeadResult = { type: 'partial' };
const TOO_LONG: HeadResult = { type: 'too_long' };
const FOREIGN: HeadResult = { type: 'foreign' };
