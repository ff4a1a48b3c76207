/** The bytes of an event that is not complete yet, kept as the pieces that came, joined once. */
export class PendingBytes {
  length = 0;
  private parts: Uint8Array[] = [];

  /** Keeps a piece; it is copied, since a piece may be a view of a large socket buffer. */
  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    // Not `slice`: that of a Buffer is a view.
    this.parts.push(new Uint8Array(piece));
    this.length += piece.length;
  }

  /** All pieces and then `last` as one array; empties the buffer. */
  join(last: Uint8Array): Uint8Array {
    if (this.length === 0) return last;
    const joined = new Uint8Array(this.length + last.length);
    let at = 0;
    for (const part of this.parts) {
      joined.set(part, at);
      at += part.length;
    }
    joined.set(last, at);
    this.clear();
    return joined;
  }

  clear(): void {
    if (this.length === 0) return;
    this.parts = [];
    this.length = 0;
  }
}
