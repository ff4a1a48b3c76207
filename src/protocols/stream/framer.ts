import type { FramedEvent } from './framed-event.ts';

/** Cuts a byte stream into whole events, in time linear in the bytes, wherever the chunks were split. */
export interface Framer {
  /** The events that this chunk completed, in order. */
  push(chunk: Uint8Array): FramedEvent[];
  /**
   * After `push`: the events just returned as one view of the chunk when their bytes may be passed on as they came;
   * `undefined` when one of them began in an earlier chunk or lost a line.
   */
  readonly span: Uint8Array | undefined;
  /** `true` when the stream stopped inside an event. */
  readonly unfinished: boolean;
  /** `true` once an event exceeded the limit; nothing more is returned then. */
  readonly overflow: boolean;
}

/** The default limit of one event in bytes. */
export const EVENT_BYTES_MAX = 8 * 1024 * 1024;
