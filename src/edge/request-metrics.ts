import { Counter, Histogram, type Registry } from '@prometheus-io/client';
import { USAGE_UNITS } from '../canonical/usage.ts';
import { ClosedLabels } from './closed-labels.ts';
import type { FinishedRequest, FinishedTiming } from './finished-request.ts';
import type { SeriesBudget } from './series-budget.ts';

const DURATION_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];
const TTFT_S = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120];
const ADDED_S = [0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.05, 0.1, 0.5];
/** A histogram writes a series for each bucket, and three more. */
const SERIES_A_MODEL = TTFT_S.length + 3 + USAGE_UNITS.length;

/** The closed sets that the labels of requests come from. */
export interface RequestLabels {
  readonly knownModels: () => { has(id: string): boolean };
  readonly knownProviders: () => { has(id: string): boolean };
  /** What an attempt can end as, besides `ok`. */
  readonly failureClasses: readonly string[];
  readonly budget: SeriesBudget;
}

/** The metrics that finished requests feed. */
export class RequestMetrics {
  private readonly models: ClosedLabels;
  private readonly providers: ClosedLabels;
  private readonly classes: ReadonlySet<string>;
  private readonly budget: SeriesBudget;
  /** The label sets of `requests` by their values: a set is built once and costs one series. */
  private readonly sets = new Map<string, Record<string, string>>();
  private readonly requests;
  private readonly durations;
  private readonly ttft;
  private readonly added;
  private readonly tokens;
  private readonly attempts;
  private readonly failovers;

  constructor(registry: Registry, labels: RequestLabels) {
    const { budget, failureClasses } = labels;
    const registers = [registry];
    this.budget = budget;
    this.classes = new Set(['ok', ...failureClasses]);
    this.models = new ClosedLabels({ known: labels.knownModels, budget, seriesEach: SERIES_A_MODEL });
    const seriesEach = 2 * failureClasses.length + 2;
    this.providers = new ClosedLabels({ known: labels.knownProviders, budget, seriesEach });
    this.requests = new Counter({
      name: 'saola_requests_total',
      help: 'Finished requests.',
      labelNames: ['protocol', 'model', 'provider', 'status_class', 'outcome'],
      registers,
    });
    this.durations = new Histogram({
      name: 'saola_request_duration_seconds',
      help: 'From the head of a request to the end of its answer.',
      labelNames: ['protocol', 'stream'],
      buckets: DURATION_S,
      registers,
    });
    this.ttft = new Histogram({
      name: 'saola_ttft_seconds',
      help: 'From the head of a request to the first content for its caller.',
      labelNames: ['model'],
      buckets: TTFT_S,
      registers,
    });
    this.added = new Histogram({
      name: 'saola_added_latency_seconds',
      help: 'Time spent in Saola before the first attempt.',
      labelNames: ['protocol'],
      buckets: ADDED_S,
      registers,
    });
    this.tokens = new Counter({
      name: 'saola_tokens_total',
      help: 'Quantities that providers reported, by disjoint bucket.',
      labelNames: ['model', 'bucket'],
      registers,
    });
    this.attempts = new Counter({
      name: 'saola_upstream_attempts_total',
      help: 'Attempts at a provider; outcome is ok or the failure class.',
      labelNames: ['provider', 'outcome'],
      registers,
    });
    this.failovers = new Counter({
      name: 'saola_failovers_total',
      help: 'Attempts that were followed by one at another deployment; the provider is the one that was left.',
      labelNames: ['provider', 'reason'],
      registers,
    });
  }

  /** Counts one finished request. */
  observe(record: FinishedRequest, timing: FinishedTiming): void {
    const { protocol } = record;
    const model = this.models.of(record.model);
    this.requests.inc(this.requestSet(record, model), 1);
    this.durations.observe({ protocol, stream: record.stream ? 'true' : 'false' }, seconds(record.durationMs));
    if (record.ttftMs !== undefined) this.ttft.observe({ model }, seconds(record.ttftMs));
    if (timing.overheadMs !== undefined) this.added.observe({ protocol }, seconds(timing.overheadMs));
    for (const bucket in record.quantities) {
      const quantity = record.quantities[bucket as keyof typeof record.quantities];
      if (quantity !== undefined && quantity > 0) this.tokens.inc({ model, bucket }, quantity);
    }
    this.observeAttempts(record.attempts);
  }

  private observeAttempts(attempts: FinishedRequest['attempts']): void {
    let previous: FinishedRequest['attempts'][number] | undefined;
    for (const attempt of attempts) {
      if (previous !== undefined && previous.deploymentId !== attempt.deploymentId)
        this.failovers.inc(
          { provider: this.providers.of(previous.providerId), reason: this.classOf(previous.class) },
          1,
        );
      this.attempts.inc({ provider: this.providers.of(attempt.providerId), outcome: this.classOf(attempt.class) }, 1);
      previous = attempt;
    }
  }

  private classOf(name: string): string {
    return this.classes.has(name) ? name : 'other';
  }

  private requestSet(record: FinishedRequest, model: string): Record<string, string> {
    const provider = record.providerId === undefined ? 'none' : this.providers.of(record.providerId);
    const status = statusClass(record.httpStatus);
    const key = `${model}|${provider}|${record.protocol}|${status}|${record.outcome}`;
    const known = this.sets.get(key);
    if (known !== undefined) return known;
    const rest = { protocol: record.protocol, status_class: status, outcome: record.outcome };
    // Sets without a name of the operator's are few and have their place outside the budget.
    const named = this.budget.take(1);
    const set = named ? { model, provider, ...rest } : { model: 'other', provider: 'other', ...rest };
    if (named) this.sets.set(key, set);
    return set;
  }
}

/** Negative and unreadable times would make the client library throw. */
function seconds(ms: number): number {
  return ms > 0 ? ms / 1_000 : 0;
}

function statusClass(status: number): string {
  return status >= 100 && status < 600 ? `${Math.floor(status / 100)}xx` : 'other';
}
