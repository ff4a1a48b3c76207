const LINE_FEED = 0x0a;
const KEPT_BYTES = 64;

/** Counts the events of a stream (empty lines) over any cut into pieces, and remembers how it ended. */
export class EventCounter {
  bytes = 0;
  events = 0;
  #tail: Buffer = Buffer.alloc(0);

  push(piece: Buffer): void {
    this.bytes += piece.length;
    if (this.#tail.at(-1) === LINE_FEED && piece[0] === LINE_FEED) this.events += 1;
    for (let at = piece.indexOf('\n\n'); at >= 0; at = piece.indexOf('\n\n', at + 2)) this.events += 1;
    if (piece.length >= KEPT_BYTES) {
      this.#tail = piece.subarray(piece.length - KEPT_BYTES);
    } else {
      this.#tail = Buffer.concat([this.#tail, piece]).subarray(-KEPT_BYTES);
    }
  }

  /** True when the last bytes of the body are these (at most 64). */
  endsWith(text: string): boolean {
    return this.#tail.toString('utf8').endsWith(text);
  }
}
