import { type LaneBook, LoadLane } from './load-lane.ts';
import type { LoadResult, LoadSpec } from './load-spec.ts';
import { spreadOf } from './spread.ts';

// A system that refuses everything must not keep the run busy.
const WRONG_MAX = 1_000;
const REASONS_MAX = 4;

/** Sends one burst of load and resolves when every answer has ended. */
export async function runLoad(spec: LoadSpec): Promise<LoadResult> {
  const request = requestBytes(spec);
  const cpu = process.cpuUsage();
  const tally = new Tally(spec);
  const lanes = Array.from({ length: spec.inFlight }, (_, index) => {
    const delayMs = (spec.spreadMs * index) / spec.inFlight;
    return new Promise<void>((done) => {
      const lane = new LoadLane(spec, request, { book: tally, done });
      if (delayMs < 1) lane.next();
      else setTimeout(() => lane.next(), delayMs);
    });
  });
  await Promise.all(lanes);
  const { user, system } = process.cpuUsage(cpu);
  return tally.result((user + system) / 1_000);
}

function requestBytes({ port, path, headers, body }: LoadSpec): Buffer {
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

class Tally implements LaneBook {
  readonly #spec: LoadSpec;
  readonly #startedAt = performance.now();
  readonly #firstByteMs: number[] = [];
  readonly #wholeMs: number[] = [];
  readonly #reasons = new Set<string>();
  #endedAt = this.#startedAt;
  #begun = 0;
  #wrong = 0;
  #events = 0;
  #stalls = 0;
  #stalledStreams = 0;
  #gapMaxMs = 0;

  constructor(spec: LoadSpec) {
    this.#spec = spec;
  }

  mayBegin(): boolean {
    const { forMs, requestsMax, inFlight } = this.#spec;
    // Each lane begins once, however late the spread lets it.
    const inTime = this.#begun < inFlight || performance.now() - this.#startedAt < forMs;
    if (!inTime || this.#begun >= requestsMax || this.#wrong >= WRONG_MAX) return false;
    this.#begun += 1;
    return true;
  }

  right({ events, firstByteMs, wholeMs, stalls, gapMaxMs }: Parameters<LaneBook['right']>[0]): void {
    this.#endedAt = performance.now();
    this.#firstByteMs.push(firstByteMs);
    this.#wholeMs.push(wholeMs);
    this.#events += events;
    this.#stalls += stalls;
    if (stalls > 0) this.#stalledStreams += 1;
    this.#gapMaxMs = Math.max(this.#gapMaxMs, gapMaxMs);
  }

  wrong(reason: string): void {
    this.#endedAt = performance.now();
    this.#wrong += 1;
    if (this.#reasons.size < REASONS_MAX) this.#reasons.add(reason);
  }

  result(loadCpuMs: number): LoadResult {
    return {
      answers: this.#wholeMs.length,
      events: this.#events,
      wrong: this.#wrong,
      reasons: [...this.#reasons],
      tookMs: this.#endedAt - this.#startedAt,
      firstByteMs: spreadOf(this.#firstByteMs),
      wholeMs: spreadOf(this.#wholeMs),
      stalls: this.#stalls,
      stalledStreams: this.#stalledStreams,
      gapMaxMs: this.#gapMaxMs,
      loadCpuMs,
    };
  }
}
