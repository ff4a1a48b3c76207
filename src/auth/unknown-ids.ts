const KEPT_MS = 2_000;
const ENTRIES_MAX = 10_000;

/** Well-formed key ids that the store did not know a moment ago, so that guessing costs it nothing. */
export class UnknownIds {
  /** Id to the end of its validity; in order of that end, because all are kept equally long. */
  readonly #until = new Map<string, number>();

  add(id: string, nowMs: number): void {
    this.#until.delete(id);
    if (this.#until.size >= ENTRIES_MAX) this.#dropOldest();
    this.#until.set(id, nowMs + KEPT_MS);
  }

  has(id: string, nowMs: number): boolean {
    const until = this.#until.get(id);
    if (until === undefined) return false;
    if (until > nowMs) return true;
    this.#until.delete(id);
    return false;
  }

  delete(id: string): void {
    this.#until.delete(id);
  }

  size(): number {
    return this.#until.size;
  }

  #dropOldest(): void {
    const oldest = this.#until.keys().next();
    if (oldest.done !== true) this.#until.delete(oldest.value);
  }
}
