const START_BYTES = 64 * 1024;
/** A declared length up to this is believed with the first chunk: the whole buffer is then made once. */
const BELIEVED_BYTES_MAX = 256 * 1024;

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

  /** `true`: the chunk was copied. Else it is kept as it is. */
  push(chunk: Buffer): boolean {
    const { expected, length: at } = this;
    this.length += chunk.length;
    if (at === 0 && (expected === undefined || expected <= chunk.length || expected > BELIEVED_BYTES_MAX)) {
      this.first = chunk;
      return false;
    }
    if (at === 0) this.buffer = Buffer.allocUnsafeSlow(expected ?? 0);
    if (this.buffer === undefined || this.buffer.length < this.length) this.grow(at);
    this.buffer?.set(chunk, at);
    return true;
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
