import type { BodyReader } from './body-reader.ts';

/** Reads a body of so many bytes; of infinitely many, one that ends with its connection. */
export class CountedBody implements BodyReader {
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
