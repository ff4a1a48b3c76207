import type { AttemptTimeouts, TransportFailure, UpstreamExchange, UpstreamHandler } from '../canonical/exchange.ts';
import type { Connection } from '../egress/connection.ts';
import type { ConnectionTaker, OriginPool } from '../egress/origin-pool.ts';
import type { WireController, WireHandler, WireHeaders, WireRequest } from '../egress/wire-exchange.ts';
import type { PatienceClock, Patient } from './patience-clock.ts';
import { endsWithConnection, foreignEncoding, toHeaderPairs } from './response-headers.ts';
import { toTransportFailure } from './transport-failure.ts';

/** What one exchange is made of. */
export interface ExchangeOptions {
  readonly pool: OriginPool;
  readonly wire: WireRequest;
  readonly timeouts: AttemptTimeouts;
  readonly handler: UpstreamHandler;
  readonly clock: PatienceClock;
}

type Phase = 'waiting' | 'connecting' | 'sent' | 'head' | 'body' | 'over';

/** One attempt on a connection of its own: the client's raw callbacks in, the handler's calls out. */
export class Exchange implements UpstreamExchange, ConnectionTaker, WireHandler, Patient {
  clockSlot = -1;
  readonly #options: ExchangeOptions;
  readonly #handler: UpstreamHandler;
  #phase: Phase = 'waiting';
  #phaseEndsMs = Number.POSITIVE_INFINITY;
  readonly #totalEndsMs: number;
  #connection: Connection | undefined;
  #controller: WireController | undefined;
  #starting = true;
  #aborted = false;
  #paused = false;
  /** Bytes came since the last tick; cheaper than a time stamp for each chunk. */
  #touched = false;
  #reused = false;
  #answered = false;
  #openEnded = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#handler = options.handler;
    this.#totalEndsMs = options.clock.deadline(options.timeouts.totalMs);
  }

  /** To be called once. The handler is not called before this has returned. */
  start(): this {
    const { pool, clock, timeouts } = this.#options;
    this.#enter('waiting', timeouts.connectMs);
    clock.add(this);
    if (pool.take(this) === 'full') this.#fail('pool_full', 'too many requests wait for a connection');
    this.#starting = false;
    return this;
  }

  abort(): void {
    this.#aborted = true;
    if (this.#over()) this.#giveUpConnection();
  }

  pause(): void {
    this.#paused = true;
    this.#controller?.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    // The parser of the client is not re-entrant: resuming inside any exchange's data callback would fail its assertions.
    queueMicrotask(() => {
      if (!this.#paused && this.#phase !== 'over') this.#controller?.resume();
    });
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    this.#enter('connecting', this.#options.timeouts.connectMs);
    connection.dispatch(this.#options.wire, this);
  }

  onTick(nowMs: number): void {
    const { idleMs, firstByteMs, totalMs } = this.#options.timeouts;
    if (nowMs >= this.#totalEndsMs) this.#fail('total_timeout', `not done within ${totalMs} ms`);
    else if (this.#phase === 'body' && (this.#touched || this.#paused)) this.#enter('body', idleMs);
    // What we do not read, the upstream cannot be late with.
    else if (this.#phase === 'head' && this.#paused) this.#enter('head', firstByteMs);
    else if (nowMs >= this.#phaseEndsMs) this.#failLate();
    this.#touched = false;
  }

  onRequestStart(controller: WireController): void {
    this.#controller = controller;
    if (this.#paused) controller.pause();
    this.#reused = this.#connection?.noteRequest() ?? false;
    this.#enter('sent', this.#options.timeouts.headersMs);
  }

  onResponseStarted(): void {
    this.#answered = true;
  }

  onResponseStart(_controller: WireController, status: number, headers: WireHeaders): void {
    if (status < 200 || this.#phase === 'over') return;
    const encoding = foreignEncoding(headers);
    if (encoding !== undefined) {
      this.#fail('encoded', encoding);
      return;
    }
    this.#openEnded = endsWithConnection(headers);
    this.#enter('head', this.#options.timeouts.firstByteMs);
    try {
      this.#handler.head(status, toHeaderPairs(headers));
    } catch (error) {
      this.#failOnThrow(error);
    }
  }

  onResponseData(_controller: WireController, chunk: Uint8Array): void {
    if (this.#phase === 'over') return;
    this.#phase = 'body';
    this.#touched = true;
    try {
      this.#handler.data(chunk);
    } catch (error) {
      this.#failOnThrow(error);
    }
  }

  onResponseEnd(): void {
    if (this.#phase === 'over') return;
    if (this.#openEnded && this.#connection?.errored) {
      this.#fail('cut', 'reset while the body was open');
      return;
    }
    this.#over();
    this.#connection?.finished();
    outsideOfClient(() => this.#handler.end());
  }

  onResponseError(_controller: WireController | null, error: Error): void {
    const headSeen = this.#phase === 'head' || this.#phase === 'body';
    const sent = headSeen || this.#phase === 'sent';
    const failure = toTransportFailure(error, { sent, headSeen, reused: this.#reused, answered: this.#answered });
    this.#fail(failure, error.message);
  }

  #enter(phase: Phase, limitMs: number | undefined): void {
    this.#phase = phase;
    this.#phaseEndsMs = this.#options.clock.deadline(limitMs);
  }

  #failLate(): void {
    const { connectMs, headersMs, firstByteMs, idleMs } = this.#options.timeouts;
    switch (this.#phase) {
      case 'waiting':
        this.#fail('pool_full', `no connection was free within ${connectMs} ms`);
        break;
      case 'connecting':
        this.#fail('connect_timeout', `not connected within ${connectMs} ms`);
        break;
      case 'sent':
        this.#fail('headers_timeout', `no headers within ${headersMs} ms`);
        break;
      case 'head':
        this.#fail('first_byte_timeout', `no body within ${firstByteMs} ms`);
        break;
      case 'body':
        this.#fail('idle_timeout', `silent for ${idleMs} ms`);
        break;
      case 'over':
        break;
    }
  }

  #failOnThrow(error: unknown): void {
    this.#fail('aborted', `the handler threw: ${error instanceof Error ? error.stack : String(error)}`);
  }

  #fail(failure: TransportFailure, detail: string): void {
    if (!this.#over()) return;
    this.#giveUpConnection();
    const tell = () => this.#handler.fail(failure, detail);
    // While `start` runs nothing may be said, and `abort` may come before the microtask.
    if (this.#starting) queueMicrotask(() => this.#aborted || tell());
    else outsideOfClient(tell);
  }

  /** `true` the first time. */
  #over(): boolean {
    if (this.#phase === 'over') return false;
    this.#phase = 'over';
    this.#options.clock.remove(this);
    return true;
  }

  #giveUpConnection(): void {
    if (this.#connection === undefined) this.#options.pool.leave(this);
    else this.#connection.discard();
  }
}

/** An error of the handler at its last call is a defect: it must reach the process, not the HTTP client that called us. */
function outsideOfClient(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
