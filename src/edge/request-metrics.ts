import { USAGE_UNITS } from '../canonical/usage.ts';
import { ClosedLabels } from './closed-labels.ts';
import { CounterFamily, type CounterSeries } from './counter-family.ts';
import { CounterPairs } from './counter-pairs.ts';
import type { FinishedRequest, FinishedTiming } from './finished-request.ts';
import { HistogramFamily, type HistogramSeries } from './histogram-family.ts';
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

/** What is counted of requests of one protocol. */
interface ProtocolSeries {
  streamed: HistogramSeries | undefined;
  whole: HistogramSeries | undefined;
  added: HistogramSeries | undefined;
}

/** What is counted of requests for one model. */
interface ModelSeries {
  ttft: HistogramSeries | undefined;
  /** By provider; a combination is looked up once and costs one series. */
  readonly requests: Map<string, RequestSeries[]>;
}

interface RequestSeries {
  readonly protocol: string;
  readonly status: number;
  readonly outcome: string;
  readonly series: CounterSeries;
}

/** The metrics that finished requests feed. */
export class RequestMetrics {
  private readonly models: ClosedLabels;
  private readonly providers: ClosedLabels;
  private readonly classes: ReadonlySet<string>;
  private readonly budget: SeriesBudget;
  private readonly byModel = new Map<string, ModelSeries>();
  private readonly byProtocol = new Map<string, ProtocolSeries>();
  private readonly families = createFamilies();

  constructor({ budget, failureClasses, knownModels, knownProviders }: RequestLabels) {
    this.budget = budget;
    this.classes = new Set(['ok', ...failureClasses]);
    this.models = new ClosedLabels({ known: knownModels, budget, seriesEach: SERIES_A_MODEL });
    const seriesEach = 2 * failureClasses.length + 2;
    this.providers = new ClosedLabels({ known: knownProviders, budget, seriesEach });
  }

  /** Counts one finished request. */
  observe(record: FinishedRequest, timing: FinishedTiming): void {
    const { families } = this;
    const model = this.models.of(record.model);
    const ofModel = this.ofModel(model);
    this.requestSeries(record, model, ofModel).value += 1;
    if (record.ttftMs !== undefined) {
      ofModel.ttft ??= families.ttft.of(model);
      ofModel.ttft.observe(seconds(record.ttftMs));
    }
    this.observeTimes(record, timing);
    for (const bucket in record.quantities) {
      const quantity = record.quantities[bucket as keyof typeof record.quantities];
      if (quantity !== undefined && quantity > 0 && quantity < Number.POSITIVE_INFINITY)
        this.families.tokens.add(model, bucket, quantity);
    }
    this.observeAttempts(record.attempts);
  }

  /** In the exposition format, without the last line end. */
  text(): string {
    return Object.values(this.families)
      .map((family) => family.text())
      .join('\n\n');
  }

  private observeTimes({ protocol, stream, durationMs }: FinishedRequest, { overheadMs }: FinishedTiming): void {
    const { families } = this;
    let times = this.byProtocol.get(protocol);
    if (times === undefined) {
      times = { streamed: undefined, whole: undefined, added: undefined };
      this.byProtocol.set(protocol, times);
    }
    if (stream) times.streamed ??= families.durations.of(protocol, 'true');
    else times.whole ??= families.durations.of(protocol, 'false');
    (stream ? times.streamed : times.whole)?.observe(seconds(durationMs));
    if (overheadMs === undefined) return;
    times.added ??= families.added.of(protocol);
    times.added.observe(seconds(overheadMs));
  }

  private observeAttempts(attempts: FinishedRequest['attempts']): void {
    let previous: FinishedRequest['attempts'][number] | undefined;
    for (const attempt of attempts) {
      if (previous !== undefined && previous.deploymentId !== attempt.deploymentId)
        this.families.failovers.add(this.providers.of(previous.providerId), this.classOf(previous.class), 1);
      this.families.attempts.add(this.providers.of(attempt.providerId), this.classOf(attempt.class), 1);
      previous = attempt;
    }
  }

  private classOf(name: string): string {
    return this.classes.has(name) ? name : 'other';
  }

  private ofModel(model: string): ModelSeries {
    const known = this.byModel.get(model);
    if (known !== undefined) return known;
    const made: ModelSeries = { ttft: undefined, requests: new Map() };
    this.byModel.set(model, made);
    return made;
  }

  private requestSeries(record: FinishedRequest, model: string, { requests }: ModelSeries): CounterSeries {
    const provider = record.providerId === undefined ? 'none' : this.providers.of(record.providerId);
    const { protocol, outcome } = record;
    const status = statusClass(record.httpStatus);
    let ofProvider = requests.get(provider);
    if (ofProvider !== undefined)
      for (const known of ofProvider)
        if (known.outcome === outcome && known.status === status && known.protocol === protocol) return known.series;
    const rest = [protocol, status === 0 ? 'other' : `${status}xx`, outcome];
    // Sets without a name of the operator's are few and have their place outside the budget.
    if (!this.budget.take(1)) return this.families.requests.of('other', 'other', ...rest);
    if (ofProvider === undefined) {
      ofProvider = [];
      requests.set(provider, ofProvider);
    }
    const series = this.families.requests.of(model, provider, ...rest);
    ofProvider.push({ protocol, status, outcome, series });
    return series;
  }
}

function createFamilies() {
  return {
    requests: new CounterFamily({
      name: 'saola_requests_total',
      help: 'Finished requests.',
      labelNames: ['model', 'provider', 'protocol', 'status_class', 'outcome'],
    }),
    durations: new HistogramFamily(
      {
        name: 'saola_request_duration_seconds',
        help: 'From the head of a request to the end of its answer.',
        labelNames: ['protocol', 'stream'],
      },
      DURATION_S,
    ),
    ttft: new HistogramFamily(
      {
        name: 'saola_ttft_seconds',
        help: 'From the head of a request to the first content for its caller.',
        labelNames: ['model'],
      },
      TTFT_S,
    ),
    added: new HistogramFamily(
      {
        name: 'saola_added_latency_seconds',
        help: 'Time spent in Saola before the first attempt.',
        labelNames: ['protocol'],
      },
      ADDED_S,
    ),
    tokens: new CounterPairs({
      name: 'saola_tokens_total',
      help: 'Quantities that providers reported, by disjoint bucket.',
      labelNames: ['model', 'bucket'],
    }),
    attempts: new CounterPairs({
      name: 'saola_upstream_attempts_total',
      help: 'Attempts at a provider; outcome is ok or the failure class.',
      labelNames: ['provider', 'outcome'],
    }),
    failovers: new CounterPairs({
      name: 'saola_failovers_total',
      help: 'Attempts that were followed by one at another deployment; the provider is the one that was left.',
      labelNames: ['provider', 'reason'],
    }),
  };
}

/** Times are at least 0 and finite, whatever a clock said. */
function seconds(ms: number): number {
  return ms > 0 && ms < Number.POSITIVE_INFINITY ? ms / 1_000 : 0;
}

/** The first digit; 0 for what is no status. */
function statusClass(status: number): number {
  return status >= 100 && status < 600 ? Math.floor(status / 100) : 0;
}
