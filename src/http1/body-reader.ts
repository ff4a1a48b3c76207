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
