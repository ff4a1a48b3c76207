/** Where log lines go. */
export interface LogDestination {
  /** Whole lines, each with its line end; the bytes are the destination's to keep. */
  write(lines: Uint8Array): unknown;
  flushSync(): void;
}
