/** One millisecond a slot; longer waits go round again. */
const SLOTS = 1024;

interface Waiting {
  readonly dueMs: number;
  readonly run: () => void;
}

/**
 * A timer wheel: all paced streams of the process share one timer, so that thousands of them cost one wake-up a
 * millisecond at most. A callback that is no longer wanted checks that itself.
 */
export class Pacer {
  readonly #slots: Waiting[][] = Array.from({ length: SLOTS }, () => []);
  #waiting = 0;
  #lastTick = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Runs `run` in `delayMs` milliseconds, never at once. */
  after(delayMs: number, run: () => void): void {
    const now = Math.floor(performance.now());
    if (this.#waiting === 0) {
      this.#lastTick = now;
    }
    const dueMs = Math.max(now + Math.max(1, Math.round(delayMs)), this.#lastTick + 1);
    this.#slots[dueMs % SLOTS]?.push({ dueMs, run });
    this.#waiting += 1;
    this.#timer ??= setTimeout(() => this.#tick(), 1);
  }

  #tick(): void {
    this.#timer = undefined;
    const now = Math.floor(performance.now());
    // After a stall longer than the wheel each slot needs one look only.
    const from = Math.max(this.#lastTick + 1, now - SLOTS + 1);
    this.#lastTick = now;
    for (let tick = from; tick <= now; tick += 1) {
      this.#runSlot(tick % SLOTS, now);
    }
    if (this.#waiting > 0) {
      this.#timer ??= setTimeout(() => this.#tick(), 1);
    }
  }

  #runSlot(slot: number, now: number): void {
    const waiting = this.#slots[slot] ?? [];
    if (waiting.length === 0) {
      return;
    }
    const due = waiting.filter((one) => one.dueMs <= now);
    this.#slots[slot] = waiting.filter((one) => one.dueMs > now);
    this.#waiting -= due.length;
    for (const one of due) {
      one.run();
    }
  }
}
