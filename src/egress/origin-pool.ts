import { Connection, type ConnectionLimits, type ConnectionOwner } from './connection.ts';
import type { Connector } from './connector.ts';

/** Someone who wants a connection; called with it at once or later. */
export interface ConnectionTaker {
  onConnection(connection: Connection): void;
}

/** Sizes of one pool. */
export interface PoolLimits extends ConnectionLimits {
  readonly connectionsMax: number;
  readonly waitingMax: number;
}

/** What an {@link OriginPool} is made of. */
export interface OriginPoolOptions {
  /** What the Host header says. */
  readonly host: string;
  readonly connector: Connector;
  readonly limits: PoolLimits;
  /** Called when the last connection has gone and nobody waits. */
  readonly onEmpty: () => void;
}

/** Connections to one origin under one provider key. The newest idle one is taken first, so that spare ones time out. */
export class OriginPool implements ConnectionOwner {
  readonly #options: OriginPoolOptions;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  /** A set is a queue in order of insertion from which a taker that gives up can leave. */
  readonly #waiting = new Set<ConnectionTaker>();
  #closed = false;

  constructor(options: OriginPoolOptions) {
    this.#options = options;
  }

  /** `taken`: `onConnection` was called. `full`: neither a connection nor a place to wait. */
  take(taker: ConnectionTaker): 'taken' | 'waiting' | 'full' {
    const { connectionsMax, waitingMax } = this.#options.limits;
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      taker.onConnection(idle);
      return 'taken';
    }
    if (this.#all.size < connectionsMax) {
      taker.onConnection(this.#open());
      return 'taken';
    }
    if (this.#waiting.size >= waitingMax) return 'full';
    this.#waiting.add(taker);
    return 'waiting';
  }

  /** A taker that waits no longer. */
  leave(taker: ConnectionTaker): void {
    this.#waiting.delete(taker);
  }

  /** Idle connections end now, busy ones after their answer. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#idle.splice(0)) connection.discard();
  }

  /** Ends every connection now. */
  destroy(): void {
    this.#closed = true;
    for (const connection of this.#all) connection.discard();
  }

  get size(): number {
    return this.#all.size;
  }

  onIdle(connection: Connection): void {
    const next = this.#nextWaiting();
    if (next !== undefined) next.onConnection(connection);
    else if (this.#closed) connection.discard();
    else this.#idle.push(connection);
  }

  onGone(connection: Connection): void {
    this.#all.delete(connection);
    const at = this.#idle.lastIndexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    const next = this.#nextWaiting();
    if (next !== undefined) next.onConnection(this.#open());
    else if (this.#all.size === 0) this.#options.onEmpty();
  }

  #open(): Connection {
    const { host, connector, limits } = this.#options;
    const connection = new Connection(host, connector, { owner: this, limits });
    this.#all.add(connection);
    return connection;
  }

  #nextWaiting(): ConnectionTaker | undefined {
    const next = this.#waiting.values().next().value;
    if (next !== undefined) this.#waiting.delete(next);
    return next;
  }
}
