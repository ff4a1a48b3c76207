import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry } from '@prometheus-io/client';
import { ERRORS } from '../canonical/error.ts';
import { ClosedLabels } from './closed-labels.ts';
import type { FinishedRequest, FinishedTiming } from './finished-request.ts';
import { RequestMetrics } from './request-metrics.ts';
import { SeriesBudget } from './series-budget.ts';

/** Series that names of the operator's may make; the few hundred with closed labels only come on top, up to 5,000. */
const NAMED_SERIES_MAX = 4_000;
const REFUSAL_REASONS: ReadonlySet<string> = new Set([...Object.keys(ERRORS), 'malformed_request']);
const BREAKER_VALUES = { closed: 0, half_open: 1, open: 2 } as const;

/** What the metrics are taken from; the functions are called at a scrape, the two `known` ones also for each request. */
export interface MetricsSources {
  readonly version: string;
  readonly knownModels: () => { has(id: string): boolean };
  readonly knownProviders: () => { has(id: string): boolean };
  /** What an attempt can end as, besides `ok`. */
  readonly failureClasses: readonly string[];
  readonly breakers: () => Iterable<{ readonly provider: string; readonly state: keyof typeof BREAKER_VALUES }>;
  readonly inflight: () => number;
  readonly openStreams: () => number;
  readonly storeUp: () => boolean;
}

/** The process's metrics. */
export interface Metrics {
  /** Counts one finished request; never throws. */
  observe(record: FinishedRequest, timing: FinishedTiming): void;
  /** Counts a request that was refused at the edge. */
  refused(reason: string): void;
  configReload(result: 'ok' | 'failed'): void;
  /** The text of `/metrics`. */
  scrape(): Promise<{ contentType: string; body: string }>;
}

/** Creates the metrics with a registry of their own. Labels come from closed sets only. */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  const budget = new SeriesBudget(NAMED_SERIES_MAX);
  const requests = new RequestMetrics({ ...sources, budget });
  const refused = new Counter({
    name: 'saola_refused_total',
    help: 'Requests refused at the edge, by error code.',
    labelNames: ['reason'],
    registers: [registry],
  });
  const reloads = new Counter({
    name: 'saola_config_reload_total',
    help: 'Attempts to load a changed configuration.',
    labelNames: ['result'],
    registers: [registry],
  });
  addProcessGauges(registry, sources);
  addBreakerGauge(registry, sources, budget);
  addEventLoopDelay(registry);
  return {
    observe: (record, timing) => requests.observe(record, timing),
    refused: (reason) => refused.inc({ reason: REFUSAL_REASONS.has(reason) ? reason : 'other' }, 1),
    configReload: (result) => reloads.inc({ result }, 1),
    scrape: async () => ({
      contentType: registry.contentType,
      body: `${requests.text()}\n\n${await registry.metrics()}`,
    }),
  };
}

function addProcessGauges(registry: Registry, sources: MetricsSources): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('saola_inflight_requests', 'Requests under way.', sources.inflight);
  gauge('saola_open_streams', 'Streamed answers under way.', sources.openStreams);
  gauge('saola_store_up', '1 while the store answers.', () => (sources.storeUp() ? 1 : 0));
  new Gauge({
    name: 'saola_build_info',
    help: 'Always 1; the labels say what runs.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version: sources.version, node: process.versions.node }, 1);
}

function addBreakerGauge(registry: Registry, sources: MetricsSources, budget: SeriesBudget): void {
  const providers = new ClosedLabels({ known: sources.knownProviders, budget, seriesEach: 1 });
  new Gauge({
    name: 'saola_breaker_state',
    help: '0 closed, 1 half open, 2 open.',
    labelNames: ['provider'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { provider, state } of sources.breakers())
        this.set({ provider: providers.of(provider) }, BREAKER_VALUES[state]);
    },
  });
}

/** The delay since the last scrape: median, 99th percentile and maximum. */
function addEventLoopDelay(registry: Registry): void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  new Gauge({
    name: 'saola_event_loop_delay_seconds',
    help: 'How late the event loop ran its timers since the last scrape.',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      this.set({ quantile: '0.5' }, delay.percentile(50) / 1e9);
      this.set({ quantile: '0.99' }, delay.percentile(99) / 1e9);
      this.set({ quantile: '1' }, delay.max / 1e9);
      delay.reset();
    },
  });
}
