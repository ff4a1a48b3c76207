const START_BYTES = 64 * 1024;
/**
 * A declared length up to this is believed with the first chunk, and the whole buffer made once; but only if a good part of
 * it has come, since what is held is counted by what has come.
 */
const BELIEVED_BYTES_MAX = 256 * 1024;
const BELIEVED_RATIO_MAX = 4;

/** Gathers chunks of a body. A single chunk is handed out as it came; more are copied into one buffer, which grows. */
export class GrowingBuffer {
  length = 0;
  private first: Buffer | undefined;
  private buffer: Buffer | undefined;
  private readonly expected: number | undefined;

  /** `expected`: the declared length, if there is one. */
  constructor(expected: number | undefined) {
    this.expected = expected;
  }

  /** `true`: the chunk was copied. Else it is kept as it is. */
  push(chunk: Buffer): boolean {
    const { expected, length: at } = this;
    this.length += chunk.length;
    if (at === 0) {
      if (expected === undefined || !isBelieved(expected, chunk.length)) {
        this.first = chunk;
        return false;
      }
      this.buffer = Buffer.allocUnsafeSlow(expected);
    }
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

function isBelieved(expected: number, come: number): boolean {
  return expected > come && expected <= Math.min(BELIEVED_BYTES_MAX, come * BELIEVED_RATIO_MAX);
}
