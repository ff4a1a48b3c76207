import type { Socket } from 'node:net';
import type { BodyReader } from '../http1/body-reader.ts';
import { bodyReaderOf } from '../http1/body-reader-of.ts';
import { HeadBytes } from '../http1/head-bytes.ts';
import { type ResponseHead, readResponseHead } from '../http1/response-head.ts';
import { headText, UnsafeHead } from '../http1/write-head.ts';
import type { ConnectFailure } from './connect-failure.ts';
import type { Connector, PendingConnection } from './connector.ts';
import type { WireFailure, WireHandler, WireRequest } from './wire-exchange.ts';
import { writeRequest } from './write-request.ts';

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

/** A server closes a little before or after what it hints: the connection is left alone so much earlier. */
const IDLE_MARGIN_MS = 2_000;

type State = 'idle' | 'connecting' | 'head' | 'body' | 'gone';

/**
 * One connection with at most one request at a time. It connects when the first request is dispatched, goes back to its
 * owner after a whole answer, and is thrown away after anything else: what is left on a socket whose message was not
 * understood to its end would be taken for the next answer.
 */
export class Connection {
  readonly #host: string;
  readonly #connector: Connector;
  readonly #owner: ConnectionOwner;
  readonly #limits: ConnectionLimits;
  readonly #headBytes: HeadBytes;
  #state: State = 'idle';
  #pending: PendingConnection | undefined;
  #socket: Socket | undefined;
  #requests = 0;
  #request: WireRequest | undefined;
  #requestHead = '';
  #handler: WireHandler | undefined;
  #head: ResponseHead | undefined;
  #body: BodyReader | undefined;
  #answering = false;
  #paused = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #idleMs = 0;

  /** `host`: what the Host header says. */
  constructor(host: string, connector: Connector, options: { owner: ConnectionOwner; limits: ConnectionLimits }) {
    this.#host = host;
    this.#connector = connector;
    this.#owner = options.owner;
    this.#limits = options.limits;
    this.#headBytes = new HeadBytes(options.limits.headerBytesMax, 'HTTP/1.');
  }

  /** The request runs until its handler has heard of its end, or until `discard`. */
  dispatch(request: WireRequest, handler: WireHandler): void {
    this.#request = request;
    this.#handler = handler;
    this.#answering = false;
    try {
      this.#requestHead = requestHead(request, this.#host);
    } catch (error) {
      if (!(error instanceof UnsafeHead)) throw error;
      this.#fail({ type: 'unsafe', detail: error.message });
      return;
    }
    if (this.#socket !== undefined) {
      this.#send(this.#socket);
      return;
    }
    this.#state = 'connecting';
    this.#pending = this.#connector({
      onConnected: (socket) => this.#connected(socket),
      onFailed: (failure) => this.#connectFailed(failure),
      onBytes: (bytes) => this.#take(bytes),
    });
  }

  /** Stops reading; what has been read already still comes. */
  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#socket?.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket?.resume();
  }

  /** Destroys the socket, or the attempt to get one, at once. */
  discard(): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    this.#handler = undefined;
    clearTimeout(this.#idleTimer);
    this.#pending?.cancel();
    this.#socket?.destroy();
    this.#owner.onGone(this);
  }

  #connected(socket: Socket): void {
    this.#pending = undefined;
    this.#socket = socket;
    socket.on('end', () => this.#ended());
    socket.on('error', (error) => this.#fail({ type: 'broken', detail: error.message }));
    socket.on('close', () => this.#fail({ type: 'broken', detail: 'the connection was closed' }));
    if (this.#paused) socket.pause();
    this.#send(socket);
  }

  #connectFailed(failure: ConnectFailure): void {
    this.#pending = undefined;
    const handler = this.#handler;
    this.discard();
    handler?.onConnectFailure(failure);
  }

  #send(socket: Socket): void {
    this.#state = 'head';
    this.#requests += 1;
    this.#handler?.onSent(this.#requests > 1);
    // The handler may have given up meanwhile.
    if (this.#state === 'head') writeRequest(socket, this.#requestHead, this.#request?.body ?? []);
  }

  #take(bytes: Buffer): void {
    switch (this.#state) {
      case 'head':
        this.#takeHead(bytes);
        break;
      case 'body':
        this.#takeBody(bytes, 0);
        break;
      case 'idle':
      case 'connecting':
        // Nobody asked for these, so nothing behind them can be trusted either.
        this.#fail({ type: 'broken', detail: 'bytes that nobody asked for' });
        break;
      case 'gone':
        break;
    }
  }

  #takeHead(chunk: Buffer): void {
    if (!this.#answering) this.#handler?.onAnswering();
    this.#answering = true;
    let bytes = chunk;
    let at = 0;
    do {
      const result = this.#headBytes.push(bytes, at);
      if (result.type === 'partial') return;
      if (result.type === 'too_long') {
        this.#fail({ type: 'too_large', detail: `a head of more than ${this.#limits.headerBytesMax} bytes` });
        return;
      }
      const whole = result.type === 'whole';
      const head = whole ? readResponseHead(result.text, this.#request?.method === 'HEAD') : 'not HTTP/1';
      if (!whole || typeof head === 'string') {
        this.#fail({ type: 'broken', detail: String(head) });
        return;
      }
      ({ bytes, rest: at } = result);
      if (head.status >= 200) {
        this.#begin(head, bytes, at);
        return;
      }
    } while (at < bytes.length);
  }

  #begin(head: ResponseHead, bytes: Buffer, at: number): void {
    this.#head = head;
    this.#body = bodyReaderOf(head.bodyLength);
    this.#state = 'body';
    this.#handler?.onHead(head);
    if (this.#state === 'body') this.#takeBody(bytes, at);
  }

  #takeBody(bytes: Buffer, at: number): void {
    const body = this.#body;
    if (body === undefined) return;
    const rest = body.take(bytes, at);
    const { start, end } = body;
    if (end > start) this.#handler?.onData(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
    // The handler may have given up meanwhile.
    if (this.#state !== 'body') return;
    if (body.fault !== undefined) this.#fail({ type: 'broken', detail: body.fault });
    else if (body.done) this.#finish(rest === bytes.length);
  }

  /** The server has closed its side: the end of a body that has no other, else the end of everything. */
  #ended(): void {
    if (this.#state === 'body' && this.#head?.bodyLength === 'until-close') this.#finish(false);
    else this.#fail({ type: 'broken', detail: 'the server closed the connection' });
  }

  /** The answer is whole. `clean`: nothing stood behind it. */
  #finish(clean: boolean): void {
    const handler = this.#handler;
    this.#handler = undefined;
    this.#request = undefined;
    this.#body = undefined;
    const idleMs = this.#idleTime();
    // A server that answers before it has the whole request takes the rest of it for the next one, or for nothing.
    if (clean && idleMs > 0 && this.#head?.keepAlive === true && this.#socket?.writableLength === 0) {
      this.#rest(idleMs);
      this.#owner.onIdle(this);
    } else this.discard();
    handler?.onEnd();
  }

  #idleTime(): number {
    const { idleMs, idleMsMax } = this.#limits;
    const hint = this.#head?.idleSeconds;
    return hint === undefined ? idleMs : Math.min(idleMsMax, hint * 1_000 - IDLE_MARGIN_MS);
  }

  #rest(idleMs: number): void {
    this.#state = 'idle';
    this.resume();
    if (this.#idleTimer !== undefined && this.#idleMs === idleMs) {
      this.#idleTimer.refresh();
      return;
    }
    clearTimeout(this.#idleTimer);
    this.#idleMs = idleMs;
    // One timer for all pauses of this connection: while a request runs it may fire, and does nothing.
    this.#idleTimer = setTimeout(() => this.#state === 'idle' && this.discard(), idleMs).unref();
  }

  #fail(failure: WireFailure): void {
    const handler = this.#handler;
    this.discard();
    handler?.onFailure(failure);
  }
}

function requestHead({ method, path, headers, body }: WireRequest, host: string): string {
  let own = `host: ${host}\r\nconnection: keep-alive\r\n`;
  if (method !== 'GET' || body.length > 0) {
    let length = 0;
    for (const piece of body) length += piece.byteLength;
    own += `content-length: ${length}\r\n`;
  }
  return headText(`${method} ${path} HTTP/1.1`, own, headers);
}
