import type { Socket } from 'node:net';
import type { ChangeSignal } from './control/change-signal.ts';
import type { Stats } from './control/stats.ts';

/** Counts connections, without those of control clients, and knows which are to die (fault `stale`). */
export class ConnectionBook {
  readonly #stats: Stats;
  readonly #signal: ChangeSignal;
  readonly #counted = new WeakSet<Socket>();
  readonly #stale = new WeakSet<Socket>();

  constructor(stats: Stats, signal: ChangeSignal) {
    this.#stats = stats;
    this.#signal = signal;
  }

  opened(socket: Socket): void {
    this.#counted.add(socket);
    this.#stats.openConnections += 1;
    this.#stats.connections += 1;
    socket.on('error', () => {}); // A client that resets its connection is no news.
    socket.once('close', () => this.#uncount(socket));
  }

  /** A control client is not traffic. */
  isControl(socket: Socket): void {
    if (this.#uncount(socket)) {
      this.#stats.connections -= 1;
    }
  }

  markStale(socket: Socket): void {
    this.#stale.add(socket);
  }

  isStale(socket: Socket): boolean {
    return this.#stale.has(socket);
  }

  #uncount(socket: Socket): boolean {
    const counted = this.#counted.delete(socket);
    if (counted) {
      this.#stats.openConnections -= 1;
      this.#signal.changed();
    }
    return counted;
  }
}
