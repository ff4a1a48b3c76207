const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SMALL_MAX = 999_999_999;

/**
 * JSON put together as bytes, one value after the other. For text that is made on every request and only ever leaves
 * as bytes: strings that are joined piece by piece live on as trees until something flattens and encodes them, which
 * takes longer than making them.
 */
export class JsonBytes {
  /** How many bytes there are; set back to take away the last ones. */
  length = 0;
  private bytes: Buffer;

  constructor(room: number) {
    this.bytes = Buffer.allocUnsafeSlow(room);
  }

  /** What may stand as it is; ASCII only. */
  ascii(text: string): void {
    this.reserve(text.length);
    const { bytes } = this;
    let at = this.length;
    for (let index = 0; index < text.length; index += 1) bytes[at++] = text.charCodeAt(index);
    this.length = at;
  }

  /** What may stand as it is, of any characters; a lone surrogate becomes U+FFFD. */
  utf8(text: string): void {
    this.reserve(text.length * 3);
    this.length += this.bytes.write(text, this.length);
  }

  /** A string in quotes, if it needs no escape; else nothing is written and the answer is `false`. */
  plainString(text: string): boolean {
    const start = this.length;
    this.ascii('"');
    if (!this.plainText(text)) {
      this.length = start;
      return false;
    }
    this.ascii('"');
    return true;
  }

  /** The inside of a string, if it needs no escape; else nothing is written and the answer is `false`. */
  plainText(text: string): boolean {
    this.reserve(text.length);
    const { bytes } = this;
    let at = this.length;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) return false;
      bytes[at++] = code;
    }
    this.length = at;
    return true;
  }

  /** A finite number. */
  number(value: number): void {
    if (!(value >= 0 && value <= SMALL_MAX) || Math.floor(value) !== value) {
      this.ascii(String(value));
      return;
    }
    let digits = 1;
    for (let bound = 10; bound <= value; bound *= 10) digits += 1;
    this.reserve(digits);
    this.length += digits;
    let at = this.length;
    let rest = value;
    do {
      const tenth = Math.floor(rest / 10);
      this.bytes[--at] = 0x30 + rest - tenth * 10;
      rest = tenth;
    } while (rest > 0);
  }

  /** The bytes, in memory of their own; from here on it is empty again. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.length);
    taken.set(this.bytes.subarray(0, this.length));
    this.length = 0;
    return taken;
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}
