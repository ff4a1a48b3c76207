/** Told while a reply goes out. */
export interface SendObserver {
  /** Bytes handed to the socket. */
  sent(bytes: number): void;
  /** From here a closed socket is our own doing. */
  broken(): void;
}
