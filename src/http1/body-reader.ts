import type { BodyLength } from './body-length.ts';
import { ChunkedBody } from './chunked-body.ts';

/**
 * Tells a body from what stands behind it. Pure: bytes in, positions out. After each `take` the payload of that read lies
 * from `start` to `end` of the same buffer, which the reader may have rearranged.
 */
export interface BodyReader {
  /** The whole body has been taken. */
  readonly done: boolean;
  /** Why the body is broken; nothing behind it can be trusted. */
  readonly fault: string | undefined;
  readonly start: number;
  readonly end: number;
  /** Takes what belongs to the body from `from` on; returns the position behind it. */
  take(bytes: Buffer, from: number): number;
}

/** The reader for a body of this length. */
export function bodyReaderOf(length: BodyLength): BodyReader {
  return length === 'chunked' ? new ChunkedBody() : new CountedBody(length === 'until-close' ? Infinity : length);
}

class CountedBody implements BodyReader {
  readonly fault = undefined;
  start = 0;
  end = 0;
  private left: number;

  constructor(length: number) {
    this.left = length;
  }

  get done(): boolean {
    return this.left === 0;
  }

  take(bytes: Buffer, from: number): number {
    this.start = from;
    this.end = Math.min(bytes.length, from + this.left);
    this.left -= this.end - from;
    return this.end;
  }
}
