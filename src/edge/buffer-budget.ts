/** Counts the bytes of request bodies that are held at one time, over all requests of the process. */
export class BufferBudget {
  private held = 0;
  private readonly bytesMax: number;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** `false` when these bytes would exceed the budget; nothing is taken then. */
  take(bytes: number): boolean {
    if (this.held + bytes > this.bytesMax) return false;
    this.held += bytes;
    return true;
  }

  give(bytes: number): void {
    this.held -= bytes;
  }
}
