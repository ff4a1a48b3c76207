import type { Socket } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import type { Connector, PendingConnection } from './connector.ts';
import type { WireHandler, WireRequest } from './wire-exchange.ts';

/** Who owns connections: told when one can take the next request and when one is gone. */
export interface ConnectionOwner {
  onIdle(connection: Connection): void;
  onGone(connection: Connection): void;
}

/** Limits of idle sockets, in milliseconds, and of response headers, in bytes. */
export interface ConnectionLimits {
  /** Without a hint of the server; common servers close after 5 s. */
  readonly idleMs: number;
  /** Most that a server's `keep-alive: timeout` hint can raise it to. */
  readonly idleMsMax: number;
  readonly headerBytesMax: number;
}

/**
 * One connection with at most one request at a time. It connects when the first request is dispatched, goes back to its
 * owner after a complete answer, and is thrown away after anything else.
 */
export class Connection {
  readonly #client: Client;
  readonly #owner: ConnectionOwner;
  #pending: PendingConnection | undefined;
  #socket: Socket | undefined;
  #requestsOnSocket = 0;
  #state: 'idle' | 'busy' | 'finishing' | 'gone' = 'idle';

  constructor(
    origin: string,
    connector: Connector,
    { owner, limits }: { owner: ConnectionOwner; limits: ConnectionLimits },
  ) {
    this.#owner = owner;
    this.#client = new Client(origin, {
      connect: (_options, callback) => {
        this.#pending = connector((failure, socket) => {
          this.#pending = undefined;
          this.#socket = socket;
          this.#requestsOnSocket = 0;
          if (failure !== null || socket === undefined) callback(failure ?? new Error('no socket'), null);
          else callback(null, socket);
        });
      },
      pipelining: 1,
      allowH2: false,
      // The sender owns all timers; these two would cost a timer reset a chunk.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: limits.idleMs,
      keepAliveMaxTimeout: limits.idleMsMax,
      maxHeaderSize: limits.headerBytesMax,
    });
    this.#client.on('drain', () => this.#onDrain());
    this.#client.on('disconnect', () => this.#onDisconnect());
  }

  /** The handler is called until its answer has ended or failed; it then calls `finished` or `discard`. */
  dispatch(request: WireRequest, handler: WireHandler): void {
    this.#state = 'busy';
    // The types differ: iterable bodies are documented, yet not declared, and unused members are declared loosely.
    this.#client.dispatch(withLength(request) as Dispatcher.DispatchOptions, handler as Dispatcher.DispatchHandler);
  }

  /** Counts a request that is being written; `true` when the socket has served another one before. */
  noteRequest(): boolean {
    this.#requestsOnSocket += 1;
    return this.#requestsOnSocket > 1;
  }

  /** The socket failed, even if the parser made a complete message of what it had. */
  get errored(): boolean {
    return this.#socket?.errored != null;
  }

  /** The answer is complete; the connection goes back to its owner as soon as it is free. */
  finished(): void {
    if (this.#state === 'busy') this.#state = 'finishing';
  }

  /** Destroys the socket, or the attempt to get one, at once. */
  discard(): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    this.#pending?.cancel();
    this.#client.destroy(() => undefined);
    this.#owner.onGone(this);
  }

  #onDrain(): void {
    if (this.#state !== 'finishing') return;
    this.#state = 'idle';
    this.#owner.onIdle(this);
  }

  /** While a request waits for its turn on a socket that just died, the client below connects anew by itself. */
  #onDisconnect(): void {
    if (this.#state !== 'busy') this.discard();
  }
}

/** A body in several pieces would be sent chunked unless its length is declared. */
function withLength(request: WireRequest): WireRequest {
  const { body } = request;
  if (body === null || body instanceof Uint8Array) return request;
  const length = body.reduce((sum, piece) => sum + piece.byteLength, 0);
  return { ...request, headers: [...request.headers, 'content-length', String(length)] };
}
