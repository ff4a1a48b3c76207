/** Where log lines go. */
export interface LogDestination {
  write(line: string): unknown;
  flushSync(): void;
}
