interface Waiter {
  readonly ready: () => boolean;
  readonly resolve: () => void;
}

/** Lets control calls wait until something has happened, so that tests need neither sleeps nor polling. */
export class ChangeSignal {
  #waiters: Waiter[] = [];

  /** Called after every change of the log or the counters. */
  changed(): void {
    if (this.#waiters.length === 0) {
      return;
    }
    const waiting = this.#waiters;
    this.#waiters = waiting.filter((waiter) => !waiter.ready());
    for (const waiter of waiting) {
      if (!this.#waiters.includes(waiter)) {
        waiter.resolve();
      }
    }
  }

  /** Resolves when `ready` holds, or after `timeoutMs`. */
  async wait(ready: () => boolean, timeoutMs: number): Promise<void> {
    if (ready()) {
      return;
    }
    await new Promise<void>((resolve) => {
      const waiter = {
        ready,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        resolve();
      }, timeoutMs);
      this.#waiters.push(waiter);
    });
  }
}
