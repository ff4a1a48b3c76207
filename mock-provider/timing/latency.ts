/** Time to the first byte by percentile, in milliseconds; what is missing equals the one before. */
interface Percentiles {
  readonly p50: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly max?: number;
}

/** Latency and limits of the calls that match; set by `POST /__mock/config`. */
export interface LatencyRule {
  /** Provider key; missing: any. */
  readonly key?: string;
  /** Model name with or without its fault suffix; missing: any. */
  readonly model?: string;
  readonly ttftMs?: number | Percentiles;
  readonly gapMs?: number;
  /** Every so many calls one that takes `addMs` longer. */
  readonly spike?: { readonly every: number; readonly addMs: number };
  /** Each call takes `addMs` longer than the one before, up to `maxAddMs`. */
  readonly ramp?: { readonly addMs: number; readonly maxAddMs: number };
  /** More than `calls` calls in `windowMs` are answered 429. */
  readonly limit?: { readonly calls: number; readonly windowMs: number; readonly retryAfterS?: number };
  /** All calls from `fromMs` to `toMs` after the rule was set are answered 429. */
  readonly outage?: { readonly fromMs: number; readonly toMs: number; readonly retryAfterS?: number };
}

/** What the rule says about one call. */
export interface Timing {
  readonly ttftMs: number | undefined;
  readonly gapMs: number | undefined;
  readonly limited: { readonly retryAfterS: number | undefined } | undefined;
}

/** One rule at work. Samples follow the golden ratio: evenly spread, and the same in each run. */
export class Latency {
  readonly rule: LatencyRule;
  readonly #setMs: number;
  #calls = 0;
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #windowCalls = 0;

  constructor(rule: LatencyRule, nowMs: number) {
    this.rule = rule;
    this.#setMs = nowMs;
  }

  matches(key: string | undefined, models: readonly string[]): boolean {
    const { rule } = this;
    return (rule.key === undefined || rule.key === key) && (rule.model === undefined || models.includes(rule.model));
  }

  next(nowMs: number): Timing {
    const { ttftMs, gapMs, spike, ramp } = this.rule;
    const call = this.#calls;
    this.#calls += 1;
    let total = ttftMs === undefined ? undefined : sample(ttftMs, (call * 0.618033988749895) % 1);
    if (spike !== undefined && (call + 1) % spike.every === 0) {
      total = (total ?? 0) + spike.addMs;
    }
    if (ramp !== undefined) {
      total = (total ?? 0) + Math.min(ramp.addMs * call, ramp.maxAddMs);
    }
    return { ttftMs: total, gapMs, limited: this.#limited(nowMs) };
  }

  #limited(nowMs: number): Timing['limited'] {
    const { limit, outage } = this.rule;
    const sinceSet = nowMs - this.#setMs;
    if (outage !== undefined && sinceSet >= outage.fromMs && sinceSet < outage.toMs) {
      return { retryAfterS: outage.retryAfterS };
    }
    if (limit === undefined) {
      return undefined;
    }
    if (nowMs - this.#windowStartMs >= limit.windowMs) {
      this.#windowStartMs = nowMs;
      this.#windowCalls = 0;
    }
    this.#windowCalls += 1;
    return this.#windowCalls > limit.calls ? { retryAfterS: limit.retryAfterS } : undefined;
  }
}

/** The value at the share `u` (0 to 1) of the distribution, linear between its percentiles. */
function sample(ttft: number | Percentiles, u: number): number {
  if (typeof ttft === 'number') {
    return ttft;
  }
  const p95 = ttft.p95 ?? ttft.p50;
  const p99 = ttft.p99 ?? p95;
  const points: readonly (readonly [number, number])[] = [
    [0, ttft.p50 / 2],
    [0.5, ttft.p50],
    [0.95, p95],
    [0.99, p99],
    [1, ttft.max ?? p99],
  ];
  const upper = Math.max(
    1,
    points.findIndex(([share]) => u <= share),
  );
  const [fromShare, fromMs] = points[upper - 1] ?? [0, 0];
  const [toShare, toMs] = points[upper] ?? [1, 0];
  return fromMs + ((toMs - fromMs) * (u - fromShare)) / (toShare - fromShare);
}
