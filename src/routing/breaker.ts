/** The breaker of protocols.md section 6.2, for one provider or one deployment. Time and chance are arguments. */
export type BreakerState = 'closed' | 'open' | 'half_open';

const FAILURES_IN_A_ROW = 5;
const WINDOW_MS = 60_000;
const BUCKETS = 10;
const SAMPLES_MIN = 20;
const OPEN_MS = 30_000;
const OPEN_MS_MAX = 300_000;
const PROBES_TO_CLOSE = 3;
const RAMP_MS = 30_000;

/** Opens on repeated failure, lets single probes through after a pause, and ramps the load up again. */
export class Breaker {
  /** Epoch-free milliseconds of the last failure; 0 for none. */
  lastFailureAt = 0;
  private inARow = 0;
  private openings = 0;
  private openUntil = 0;
  private opened = false;
  private probes = 0;
  private probing = false;
  private closedAt = Number.NEGATIVE_INFINITY;
  /** Holes are slots in which nothing has ended yet. */
  private buckets: ({ slot: number; ok: number; failed: number } | undefined)[] = [];

  /** The state at `now`. */
  state(now: number): BreakerState {
    if (!this.opened) return 'closed';
    return now >= this.openUntil ? 'half_open' : 'open';
  }

  /** Whether a request may go through: always when closed, one at a time when half open. */
  admits(now: number): boolean {
    const state = this.state(now);
    return state === 'closed' || (state === 'half_open' && !this.probing);
  }

  /** 1 when healthy; rises from 0.1 to 1 in the first 30 s after closing. */
  weightFactor(now: number): number {
    const since = now - this.closedAt;
    return since >= RAMP_MS ? 1 : 0.1 + (0.9 * since) / RAMP_MS;
  }

  /** A request starts; in half open it is the probe. */
  begin(now: number): void {
    if (this.state(now) === 'half_open') this.probing = true;
  }

  /** A request ended in a way that says nothing about health. */
  release(): void {
    this.probing = false;
  }

  success(now: number): void {
    this.inARow = 0;
    this.bucket(now).ok++;
    if (!this.opened) return;
    this.probing = false;
    if (this.state(now) !== 'half_open' || ++this.probes < PROBES_TO_CLOSE) return;
    this.opened = false;
    this.openings = 0;
    this.closedAt = now;
    this.buckets = [];
  }

  failure(now: number, rng: () => number): void {
    this.lastFailureAt = now;
    this.inARow++;
    this.bucket(now).failed++;
    this.probing = false;
    if (this.opened || this.inARow >= FAILURES_IN_A_ROW || this.mostlyFailing(now)) this.open(now, rng);
  }

  private open(now: number, rng: () => number): void {
    // A late failure of a request that began before the opening does not lengthen the pause.
    if (this.opened && now < this.openUntil) return;
    this.opened = true;
    this.probes = 0;
    this.openings++;
    const pause = Math.min(OPEN_MS * this.openings, OPEN_MS_MAX);
    this.openUntil = Math.max(this.openUntil, now + pause * (0.9 + 0.2 * rng()));
  }

  private mostlyFailing(now: number): boolean {
    const oldest = Math.floor(now / (WINDOW_MS / BUCKETS)) - BUCKETS;
    let ok = 0;
    let failed = 0;
    for (const bucket of this.buckets) {
      if (bucket === undefined || bucket.slot <= oldest) continue;
      ok += bucket.ok;
      failed += bucket.failed;
    }
    return ok + failed >= SAMPLES_MIN && failed > ok;
  }

  private bucket(now: number): { slot: number; ok: number; failed: number } {
    const slot = Math.floor(now / (WINDOW_MS / BUCKETS));
    const at = slot % BUCKETS;
    const current = this.buckets[at];
    if (current?.slot === slot) return current;
    const fresh = { slot, ok: 0, failed: 0 };
    this.buckets[at] = fresh;
    return fresh;
  }
}
