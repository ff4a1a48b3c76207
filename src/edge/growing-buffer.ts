const START_BYTES = 64 * 1024;

/** Gathers chunks of a body. A single chunk is handed out as it came; more are copied into a buffer that doubles. */
export class GrowingBuffer {
  length = 0;
  private first: Buffer | undefined;
  private buffer: Buffer | undefined;
  private readonly expected: number | undefined;

  /** `expected`: the declared length, so that the last growth does not overshoot. It is not trusted for more. */
  constructor(expected: number | undefined) {
    this.expected = expected;
  }

  push(chunk: Buffer): void {
    const at = this.length;
    this.length += chunk.length;
    if (at === 0) {
      this.first = chunk;
      return;
    }
    if (this.buffer === undefined || this.buffer.length < this.length) this.grow(at);
    this.buffer?.set(chunk, at);
  }

  bytes(): Uint8Array {
    return this.buffer?.subarray(0, this.length) ?? this.first ?? new Uint8Array(0);
  }

  private grow(used: number): void {
    const doubled = Math.max(START_BYTES, this.length, (this.buffer?.length ?? 0) * 2);
    const fits = this.expected !== undefined && this.expected >= this.length && this.expected < doubled;
    const next = Buffer.allocUnsafeSlow(fits ? (this.expected ?? doubled) : doubled);
    next.set((this.buffer ?? this.first ?? next).subarray(0, used), 0);
    this.first = undefined;
    this.buffer = next;
  }
}
