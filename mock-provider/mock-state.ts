import { ChangeSignal } from './control/change-signal.ts';
import type { MockConfig } from './control/config.ts';
import { RequestLog } from './control/request-log.ts';
import { ScriptBook } from './control/script-book.ts';
import { emptyStats, type Stats } from './control/stats.ts';
import { FaultCounters } from './faults/active-faults.ts';
import { ReplyCache } from './reply/reply-cache.ts';
import { Latency, type Timing } from './timing/latency.ts';
import { Pacer } from './timing/pacer.ts';

const UNTIMED: Timing = { ttftMs: undefined, gapMs: undefined, limited: undefined };

/** Everything that one running mock knows. */
export class MockState {
  readonly log: RequestLog;
  readonly stats: Stats = emptyStats();
  readonly signal = new ChangeSignal();
  readonly pacer = new Pacer();
  readonly counters = new FaultCounters();
  readonly cache = new ReplyCache();
  readonly #initial: MockConfig;
  #config: MockConfig;
  #scripts: ScriptBook;
  #latencies: Latency[] = [];
  #ids = 0;

  constructor(initial: MockConfig, logging: boolean) {
    this.log = new RequestLog(logging);
    this.#initial = initial;
    this.#config = initial;
    this.#scripts = new ScriptBook(initial.scripts);
    this.configure(initial);
  }

  get config(): MockConfig {
    return this.#config;
  }

  get scripts(): ScriptBook {
    return this.#scripts;
  }

  /** Takes a new configuration; the counters of all rules begin anew. */
  configure(config: MockConfig): void {
    this.#config = config;
    this.#scripts = new ScriptBook(config.scripts);
    this.#latencies = config.latency.map((rule) => new Latency(rule, performance.now()));
    this.counters.reset();
    this.cache.clear();
  }

  /** Back to how the mock was started; open connections stay counted. */
  reset(): void {
    this.configure(this.#initial);
    this.log.clear();
    const { openConnections, activeRequests } = this.stats;
    Object.assign(this.stats, { ...emptyStats(), openConnections, activeRequests });
    this.#ids = 0;
    this.signal.changed();
  }

  /** What the first matching latency rule says about this call. */
  timing(key: string | undefined, models: readonly string[]): Timing {
    return this.#latencies.find((one) => one.matches(key, models))?.next(performance.now()) ?? UNTIMED;
  }

  /** A short id that no other reply of this run has. */
  nextId(): string {
    this.#ids += 1;
    return `mock${String(this.#ids).padStart(8, '0')}`;
  }
}
