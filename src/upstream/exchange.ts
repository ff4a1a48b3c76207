import type { AttemptTimeouts, TransportFailure, UpstreamExchange, UpstreamHandler } from '../canonical/exchange.ts';
import type { ConnectFailure } from '../egress/connect-failure.ts';
import type { Connection } from '../egress/connection.ts';
import type { ConnectionTaker, OriginPool } from '../egress/origin-pool.ts';
import type { WireFailure, WireHandler, WireHead, WireRequest } from '../egress/wire-exchange.ts';
import type { PatienceClock, Patient } from './patience-clock.ts';
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

/** One attempt on a connection of its own: the connection's calls in, the handler's calls out. */
export class Exchange implements UpstreamExchange, ConnectionTaker, WireHandler, Patient {
  clockSlot = -1;
  readonly #options: ExchangeOptions;
  readonly #handler: UpstreamHandler;
  #phase: Phase = 'waiting';
  #phaseEndsMs = Number.POSITIVE_INFINITY;
  readonly #totalEndsMs: number;
  #connection: Connection | undefined;
  #starting = true;
  #aborted = false;
  #paused = false;
  /** Bytes came since the last tick; cheaper than a time stamp for each chunk. */
  #touched = false;
  #reused = false;
  #answered = false;

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
    if (this.#phase === 'over') return;
    this.#paused = true;
    this.#connection?.pause();
  }

  resume(): void {
    if (this.#phase === 'over') return;
    this.#paused = false;
    this.#connection?.resume();
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

  onSent(reused: boolean): void {
    if (this.#paused) this.#connection?.pause();
    this.#reused = reused;
    this.#enter('sent', this.#options.timeouts.headersMs);
  }

  onAnswering(): void {
    this.#answered = true;
  }

  onHead({ status, headers, encoding }: WireHead): void {
    if (encoding !== undefined) {
      this.#fail('encoded', encoding);
      return;
    }
    this.#enter('head', this.#options.timeouts.firstByteMs);
    try {
      this.#handler.head(status, headers);
    } catch (error) {
      this.#failOnThrow(error);
    }
  }

  onData(bytes: Buffer): void {
    this.#phase = 'body';
    this.#touched = true;
    try {
      this.#handler.data(bytes);
    } catch (error) {
      this.#failOnThrow(error);
    }
  }

  onEnd(): void {
    this.#over();
    try {
      this.#handler.end();
    } catch (error) {
      // The connection is left alone: it may serve somebody else already.
      this.#handler.fail('aborted', thrownText(error));
    }
  }

  onConnectFailure(failure: ConnectFailure): void {
    this.#fail(failure.kind, failure.message);
  }

  onFailure(failure: WireFailure): void {
    const headSeen = this.#phase === 'head' || this.#phase === 'body';
    const kind = toTransportFailure(failure, { headSeen, reused: this.#reused, answered: this.#answered });
    this.#fail(kind, failure.detail);
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
    this.#fail('aborted', thrownText(error));
  }

  #fail(failure: TransportFailure, detail: string): void {
    if (!this.#over()) return;
    this.#giveUpConnection();
    const tell = () => this.#handler.fail(failure, detail);
    // While `start` runs nothing may be said, and `abort` may come before the microtask.
    if (this.#starting) queueMicrotask(() => this.#aborted || tell());
    else tell();
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

function thrownText(error: unknown): string {
  return `the handler threw: ${error instanceof Error ? error.stack : String(error)}`;
}
