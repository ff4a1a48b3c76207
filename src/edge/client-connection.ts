import type { Socket } from 'node:net';
import type { BodyReader } from '../http1/body-reader.ts';
import { bodyReaderOf } from '../http1/body-reader-of.ts';
import { HeadBytes } from '../http1/head-bytes.ts';
import { isRequestFault, type RequestFault, readRequestHead } from '../http1/request-head.ts';
import { ClientRequest, type ConnectionSink, type RequestConnection } from './client-request.ts';
import type { EdgeLimits } from './ports.ts';
import { queuedBytes } from './queued-bytes.ts';

/** Hears what comes on connections. */
export interface ConnectionListener {
  /** A request whose head is sound. It is answered by a sink that was attached to the connection. */
  onRequest(request: ClientRequest): void;
  /** The connection cannot be understood any further: the listener answers with `refuse`. */
  onFault(connection: ClientConnection, fault: RequestFault): void;
  onGone(connection: ClientConnection): void;
}

const HEAD_BYTES_MAX = 16 * 1024;
const KEEP_ALIVE_MS = 75_000;
const REQUESTS_MAX = 10_000;
/** What a client may send ahead before its answer is out. */
const HELD_BYTES_MAX = 64 * 1024;
/** How long and how much is still read of a client that has had its last answer: a reset would destroy that answer. */
const LINGER_MS = 2_000;
const LINGER_BYTES_MAX = 64 * 1024 * 1024;

/** What the next byte belongs to; `ending`: nothing is taken any more, the last answer is out. */
type Phase = 'head' | 'body' | 'answer' | 'ending' | 'gone';

/**
 * A client's connection: one request at a time, in order. The next one is not looked at before the answer to the one in
 * front of it is out, and never after a request that could not be understood to its end.
 */
export class ClientConnection implements RequestConnection {
  readonly socket: Socket;
  readonly remoteAddress: string | undefined;
  readonly tokenMemo = { token: '', digest: '' };
  #listener: ConnectionListener;
  #phase: Phase = 'head';
  #headBytes = new HeadBytes(HEAD_BYTES_MAX);
  #request: ClientRequest | undefined;
  #body: BodyReader | undefined;
  #sink: ConnectionSink | undefined;
  #answered = false;
  #requests = 0;
  /** Bytes that nobody may take yet. */
  #held: Buffer | undefined;
  #advancing = false;
  /** Something of the read under way is still needed. */
  #kept = false;
  #lingerBytes = 0;
  /** What of the last answer had not left when that was last looked at. */
  #waiting = 0;
  /** Monotonic milliseconds when the phase began, or the head of a request. */
  #sinceMs = performance.now();

  constructor(socket: Socket, listener: ConnectionListener) {
    this.socket = socket;
    this.remoteAddress = socket.remoteAddress;
    this.#listener = listener;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('drain', () => this.#drained());
    socket.on('end', () => this.#clientEnded());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#closed());
  }

  /** Between two requests, and nothing of the next one has come. */
  get idle(): boolean {
    return this.#phase === 'head' && !this.#headBytes.begun;
  }

  get lastRequest(): boolean {
    return this.#requests >= REQUESTS_MAX || this.#request?.head.keepAlive !== true;
  }

  attach(sink: ConnectionSink): void {
    this.#sink = sink;
  }

  bodyWanted(): void {
    if (!this.#advancing) this.#goOn();
  }

  sayContinue(): void {
    this.socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
  }

  answered(reuse: boolean): void {
    if (this.#phase === 'gone' || this.#phase === 'ending') return;
    this.#answered = true;
    if (!reuse) this.#end(this.#phase === 'body');
    else if (this.#phase === 'answer') this.#next();
    // What is left of a body that nobody asked for is read away.
    else if (this.#request !== undefined) this.#request.readBody(NOBODY);
  }

  refuse(text: string): void {
    if (this.#phase === 'gone' || this.#phase === 'ending') return;
    const sink = this.#sink;
    this.#sink = undefined;
    sink?.over();
    this.socket.write(text, 'latin1');
    this.#end(true);
  }

  /** Looks whether the client has taken too long. */
  check(nowMs: number, limits: EdgeLimits): void {
    const ageMs = nowMs - this.#sinceMs;
    switch (this.#phase) {
      case 'head':
        // A client that still takes answers is not late yet; their sinks look whether it takes any.
        if (this.#requests > 0 && this.socket.writableLength > 0) this.#sinceMs = nowMs;
        else if (this.#requests > 0 && !this.#headBytes.begun) {
          if (ageMs > KEEP_ALIVE_MS) this.socket.destroy();
        } else if (ageMs > limits.headersTimeoutMs) this.#late();
        break;
      case 'body':
        if (ageMs > limits.requestTimeoutMs) this.#late();
        break;
      case 'ending':
        this.#checkEnding(nowMs, limits.stallMs);
        break;
      case 'answer':
      case 'gone':
        break;
    }
  }

  /** A client that still takes its last answer may take its time, but not one that takes nothing. */
  #checkEnding(nowMs: number, stallMs: number): void {
    const waiting = this.socket.writableLength + queuedBytes(this.socket);
    if (waiting !== this.#waiting) {
      this.#waiting = waiting;
      this.#sinceMs = nowMs;
    } else if (nowMs - this.#sinceMs > (waiting === 0 ? LINGER_MS : stallMs)) this.socket.destroy();
  }

  #late(): void {
    const { consumer } = this.#request ?? {};
    if (this.#sink?.begun === true || (this.#requests === 0 && !this.#headBytes.begun)) this.socket.destroy();
    else {
      consumer?.onAborted();
      this.#listener.onFault(this, { status: 408, why: 'the request took too long to arrive' });
    }
  }

  #take(bytes: Buffer): void {
    if (this.#phase === 'ending') this.#discard(bytes);
    else if (this.#held !== undefined) this.#hold(Buffer.concat([this.#held, bytes]));
    else this.#advance(bytes, 0);
  }

  #drained(): void {
    this.#sink?.drained();
    if (this.#phase === 'head' && this.#held !== undefined) this.#goOn();
  }

  #discard(bytes: Buffer): void {
    this.#lingerBytes += bytes.length;
    if (this.#lingerBytes > LINGER_BYTES_MAX) this.socket.destroy();
  }

  #hold(bytes: Buffer): void {
    this.#held = bytes;
    // Reading goes on while an answer is under way: that is how it is noticed that the client leaves.
    if (this.#phase === 'body' || bytes.length > HELD_BYTES_MAX) this.socket.pause();
  }

  #goOn(): void {
    const held = this.#held;
    this.#held = undefined;
    if (this.socket.isPaused()) this.socket.resume();
    if (held !== undefined) this.#advance(held, 0);
  }

  /** Takes as much of these bytes as may be taken now. */
  #advance(bytes: Buffer, from: number): void {
    this.#advancing = true;
    this.#kept = false;
    let left = bytes;
    let at = from;
    while (at < left.length) {
      if (this.#phase === 'head') {
        // Answers that the client does not take are not to pile up.
        if (this.socket.writableNeedDrain) {
          this.#hold(left.subarray(at));
          break;
        }
        const { begun } = this.#headBytes;
        const result = this.#headBytes.push(left, at);
        // Empty lines are no beginning: a client could send them for ever.
        if (this.#headBytes.begun && !begun) this.#sinceMs = performance.now();
        if (result.type === 'too_long')
          this.#listener.onFault(this, { status: 431, why: 'a head of more than 16 KiB' });
        if (result.type === 'foreign') this.#listener.onFault(this, { status: 400, why: 'not a request line' });
        if (result.type !== 'whole') {
          this.#kept = true;
          break;
        }
        ({ bytes: left, rest: at } = result);
        this.#begin(result.text);
      } else if (this.#phase === 'body' && this.#request?.consumer !== undefined) {
        at = this.#takeBody(left, at, this.#request);
      } else {
        if (this.#phase === 'body' || this.#phase === 'answer') this.#hold(left.subarray(at));
        break;
      }
    }
    this.#advancing = false;
    if (!this.#kept && at === left.length) letGo(left);
  }

  #begin(text: string): void {
    const head = readRequestHead(text);
    if (isRequestFault(head)) {
      this.#listener.onFault(this, head);
      return;
    }
    const request = new ClientRequest(head, this, performance.now());
    this.#requests += 1;
    this.#sinceMs = request.startedMs;
    this.#request = request;
    this.#answered = false;
    this.#body = request.complete ? undefined : bodyReaderOf(head.bodyLength);
    this.#phase = request.complete ? 'answer' : 'body';
    this.#listener.onRequest(request);
  }

  #takeBody(bytes: Buffer, at: number, request: ClientRequest): number {
    const body = this.#body as BodyReader;
    const rest = body.take(bytes, at);
    const { start, end, fault, done } = body;
    if (end > start && request.consumer?.onBytes(bytes.subarray(start, end)) !== true) this.#kept = true;
    if (this.#phase !== 'body') return rest;
    if (fault !== undefined) {
      request.consumer?.onAborted();
      this.#listener.onFault(this, { status: 400, why: fault });
    } else if (done) {
      request.complete = true;
      this.#phase = 'answer';
      if (this.#answered) this.#next();
      else request.consumer?.onEnd();
    }
    return rest;
  }

  /** The answer is out and the request read to its end. */
  #next(): void {
    this.#phase = 'head';
    this.#request = undefined;
    this.#sink = undefined;
    this.#sinceMs = performance.now();
    if (!this.#advancing && this.#held !== undefined) this.#goOn();
  }

  /** No request follows. `unread`: the client may still send, and is let to, so that it can read the answer. */
  #end(unread: boolean): void {
    this.#phase = 'ending';
    this.#held = undefined;
    this.#sinceMs = performance.now();
    if (!unread) {
      this.socket.destroySoon();
      return;
    }
    this.socket.end();
    this.socket.resume();
  }

  #clientEnded(): void {
    if (this.#phase === 'body') this.#request?.consumer?.onAborted();
    this.#sink?.left();
    this.#phase = this.#phase === 'gone' ? 'gone' : 'ending';
    this.socket.destroySoon();
  }

  #closed(): void {
    const unfinished = this.#phase === 'body' ? this.#request?.consumer : undefined;
    this.#phase = 'gone';
    unfinished?.onAborted();
    this.#sink?.over();
    this.#listener.onGone(this);
  }
}

/** For a body that nobody wants. */
const NOBODY = { onBytes: () => true, onEnd: () => undefined, onAborted: () => undefined };

/** Below this the collector is as cheap. */
const LET_GO_BYTES_MIN = 16 * 1024;

/**
 * Gives the memory of a read back at once. Each read has memory of its own, up to 64 KiB outside of the heap; left to the
 * collector, these blocks make it run so often that it costs more than the request.
 */
function letGo({ buffer, byteLength }: Buffer): void {
  if (byteLength >= LET_GO_BYTES_MIN && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer)
    buffer.transfer(0);
}
