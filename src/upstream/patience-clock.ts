/** Something with deadlines; looked at about every 100 ms while it is registered. */
export interface Patient {
  /** Where the clock keeps it; written by the clock only. */
  clockSlot: number;
  onTick(nowMs: number): void;
}

const TICK_MS = 100;
/** A loop that was blocked for longer has not read what the upstream sent meanwhile: that time is not held against it. */
const STEP_MS_MAX = 2 * TICK_MS;
/** Ticks without anybody before the timer stops; a timer per request would cost more than these. */
const IDLE_TICKS_MAX = 50;

/**
 * One coarse clock for all deadlines of all exchanges: a request costs two array writes and a chunk nothing. A deadline
 * is never met early and at most about 200 ms late. The clock advances only while somebody is registered.
 */
export class PatienceClock {
  readonly #patients: Patient[] = [];
  #nowMs = 0;
  #lastTickMs = 0;
  #idleTicks = 0;
  #timer: NodeJS.Timeout | undefined;

  /** The tick value at which `limitMs` from now have passed for sure; infinite for no limit. */
  deadline(limitMs: number | undefined): number {
    return limitMs === undefined ? Number.POSITIVE_INFINITY : this.#nowMs + limitMs + TICK_MS;
  }

  add(patient: Patient): void {
    patient.clockSlot = this.#patients.length;
    this.#patients.push(patient);
    if (this.#timer === undefined) this.#start();
  }

  /** Safe to call twice, and from inside `onTick`. */
  remove(patient: Patient): void {
    const slot = patient.clockSlot;
    if (slot < 0) return;
    patient.clockSlot = -1;
    const last = this.#patients.pop();
    if (last === undefined || last === patient) return;
    this.#patients[slot] = last;
    last.clockSlot = slot;
  }

  #start(): void {
    this.#lastTickMs = performance.now();
    this.#idleTicks = 0;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
  }

  #tick(): void {
    const realMs = performance.now();
    this.#nowMs += Math.min(realMs - this.#lastTickMs, STEP_MS_MAX);
    this.#lastTickMs = realMs;
    // From the end, because removal moves the last one into the gap.
    for (let i = this.#patients.length - 1; i >= 0; i--) this.#patients[i]?.onTick(this.#nowMs);
    this.#idleTicks = this.#patients.length === 0 ? this.#idleTicks + 1 : 0;
    if (this.#idleTicks < IDLE_TICKS_MAX) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
