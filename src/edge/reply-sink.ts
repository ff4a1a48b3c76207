import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { HeaderPairs, ReplySink } from '../canonical/exchange.ts';
import { headText } from '../http1/write-head.ts';
import type { Holding } from './buffer-budget.ts';
import { frameBytes } from './chunk-frame.ts';
import type { ClientRequest, ConnectionSink } from './client-request.ts';
import { httpDate } from './http-date.ts';
import { queuedBytes } from './queued-bytes.ts';

/** This much may wait for the client before the writer is told to stop. */
const WAITING_BYTES_MAX = 256 * 1024;
/** An unread body up to this size is read away, so that the connection can be used again. */
const UNREAD_BYTES_KEPT = 64 * 1024;
const NOTHING = new Uint8Array(0);

/** What the sinks of one server share. */
export interface SinkOwner {
  /** A client that accepts nothing for so long is given up. */
  readonly limits: { readonly stallMs: number };
  /** No connection is to serve a further request. */
  readonly draining: boolean;
  /** Answers that are under way; a sink leaves when its answer is out or its client has gone. */
  readonly open: Set<SocketReplySink>;
}

/** A {@link ReplySink} over the socket of a client. */
export class SocketReplySink implements ReplySink, ConnectionSink {
  closed = false;
  /** The head has been handed over. */
  begun = false;
  onDrain: (() => void) | undefined;
  onClose: ((reason: 'left' | 'stalled' | 'drain') => void) | undefined;
  /** What the request's body takes up; given back when the answer is over. */
  holding: Holding | undefined;
  private readonly request: ClientRequest;
  private readonly socket: Socket;
  private readonly owner: SinkOwner;
  /** Header lines that every answer of this request carries, each with its line end. */
  private readonly commonLines: string;
  /** The head of a streamed answer until it leaves with its first bytes. */
  private waitingHead = '';
  private chunked = false;
  private reuse = false;
  private waiting = false;
  private isOver = false;
  private stallTimer: NodeJS.Timeout | undefined;
  /** Bytes handed to the socket, and what of them had not left when that was last looked at. */
  private handed = 0;
  private taken = 0;
  private queued = 0;

  constructor(request: ClientRequest, owner: SinkOwner, commonLines: string) {
    this.request = request;
    this.socket = request.connection.socket;
    this.owner = owner;
    this.commonLines = commonLines;
    request.connection.attach(this);
  }

  /** Behind a body that nobody has read the connection ends once the client can have read the answer. */
  send(status: number, headers: HeaderPairs, body: Uint8Array): void {
    if (this.mayBegin()) this.sendWhole(status, headers, body);
  }

  /** The head leaves with the first write, or at the end of this turn. */
  head(status: number, headers: HeaderPairs): void {
    if (!this.mayBegin()) return;
    const chunked = this.request.head.minor === 1;
    this.waitingHead = this.headOf(status, headers, chunked ? 'transfer-encoding: chunked\r\n' : '', !chunked);
    this.chunked = chunked;
    this.begun = true;
    process.nextTick(flushHead, this);
  }

  write(bytes: Uint8Array): boolean {
    if (this.closed) return true;
    if (bytes.length > 0) this.put(bytes, false);
    if (!this.waiting && this.socket.writableLength > WAITING_BYTES_MAX) this.wait();
    return !this.waiting;
  }

  end(bytes?: Uint8Array): void {
    if (this.closed) return;
    this.closed = true;
    this.put(bytes, true);
    this.finish();
  }

  cut(bytes?: Uint8Array): void {
    if (this.closed) return;
    this.closed = true;
    if (!this.begun) {
      this.socket.destroy();
      return;
    }
    if (bytes !== undefined && bytes.length > 0) this.put(bytes, false);
    else this.flushHead();
    this.watch();
    // Without the final chunk a client sees a broken answer. HTTP/1.0 has no chunks: there only a reset says so.
    if (this.chunked) this.socket.destroySoon();
    else this.socket.write(NOTHING, () => this.socket.resetAndDestroy());
  }

  /** The process is going down: the pipeline ends the answer in its own words. */
  drain(): void {
    if (!this.closed) this.tell('drain');
  }

  /** Gives the client up without another word. */
  destroy(): void {
    this.closed = true;
    this.socket.destroy();
  }

  drained(): void {
    if (!this.waiting) return;
    this.waiting = false;
    if (!this.closed) this.onDrain?.();
  }

  left(): void {
    if (!this.closed) this.over();
  }

  over(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.stallTimer);
    const told = this.closed;
    this.closed = true;
    if (!told) this.tell('left');
    this.holding?.release();
    this.owner.open.delete(this);
  }

  /** Only for the end of the turn in which the head was given. */
  flushHead(): void {
    if (this.waitingHead !== '' && !this.socket.destroyed) this.put(undefined, false);
  }

  /** Only for the timer. */
  checkProgress(): void {
    this.stallTimer = undefined;
    const waits = this.socket.writableLength;
    if (waits === 0 || this.socket.destroyed) return;
    if (this.handed - waits > this.taken || queuedBytes(this.socket) !== this.queued) {
      this.watch();
      return;
    }
    if (!this.closed) this.tell('stalled');
    this.destroy();
  }

  private mayBegin(): boolean {
    if (this.closed) return false;
    if (this.begun) throw new Error('a second head for one request');
    return true;
  }

  private sendWhole(status: number, headers: HeaderPairs, body: Uint8Array): void {
    const length = `content-length: ${body.length}\r\n`;
    this.waitingHead = this.headOf(status, headers, length, leavesBody(this.request));
    this.begun = true;
    this.closed = true;
    // The answer to a HEAD says how long it would be, and stops there (RFC 9110, section 9.3.2).
    this.put(this.request.head.method === 'HEAD' ? undefined : body, true);
    this.finish();
  }

  private headOf(status: number, headers: HeaderPairs, framing: string, last: boolean): string {
    const { connection } = this.request;
    this.reuse = !last && !connection.lastRequest && !this.owner.draining;
    const hop = this.reuse ? 'connection: keep-alive\r\nkeep-alive: timeout=75\r\n' : 'connection: close\r\n';
    const own = `${this.commonLines}date: ${httpDate()}\r\n${hop}${framing}`;
    return headText(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, own, headers);
  }

  private put(bytes: Uint8Array | undefined, last: boolean): void {
    const pieces = frameBytes({ head: this.waitingHead, bytes, chunked: this.chunked, last });
    this.waitingHead = '';
    const several = pieces.length > 1;
    if (several) this.socket.cork();
    for (const piece of pieces) {
      this.handed += piece.length;
      if (piece.length > 0) this.socket.write(piece);
    }
    if (several) this.socket.uncork();
  }

  private finish(): void {
    if (this.socket.writableLength === 0) this.over();
    else {
      this.socket.write(NOTHING, () => this.over());
      this.watch();
    }
    // Last, because this may begin the next request of the connection.
    this.request.connection.answered(this.reuse);
  }

  private wait(): void {
    this.waiting = true;
    this.watch();
  }

  /** Looks again after a while whether the client has taken anything of what waits for it. */
  private watch(): void {
    if (this.stallTimer !== undefined || this.socket.writableLength === 0) return;
    this.taken = this.handed - this.socket.writableLength;
    this.queued = queuedBytes(this.socket);
    this.stallTimer = setTimeout(lookAgain, this.owner.limits.stallMs, this).unref();
  }

  private tell(reason: 'left' | 'stalled' | 'drain'): void {
    const { onClose } = this;
    this.onClose = undefined;
    onClose?.(reason);
  }
}

/** What has not been read of a body of unknown or large size is not kept on the connection: it ends instead. */
function leavesBody({ complete, head }: ClientRequest): boolean {
  if (complete) return false;
  // Nobody knows whether a body that waits to be asked for still comes.
  return head.expectsContinue || head.bodyLength === 'chunked' || head.bodyLength > UNREAD_BYTES_KEPT;
}

function flushHead(sink: SocketReplySink): void {
  sink.flushHead();
}

function lookAgain(sink: SocketReplySink): void {
  sink.checkProgress();
}
