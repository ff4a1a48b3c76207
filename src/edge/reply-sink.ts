import type { ServerResponse } from 'node:http';
import type { HeaderPairs, ReplySink } from '../canonical/exchange.ts';
import type { Holding } from './buffer-budget.ts';
import { COPIED_BYTES_MAX, frameChunk, LAST_CHUNK } from './chunk-frame.ts';
import { discardRest } from './discard-rest.ts';

/** This much may wait for the client before the writer is told to stop. */
const WAITING_BYTES_MAX = 256 * 1024;

/** How a sink is made. */
export interface SinkOptions {
  /** Headers that every answer of this request carries. */
  readonly common: HeaderPairs;
  /** A client that accepts nothing for so long is given up. */
  readonly stallMs: number;
  /** Called once, when the answer is out or the client has gone. */
  readonly onOver: (sink: NodeReplySink) => void;
}

/** A {@link ReplySink} over one of Node's responses. */
export class NodeReplySink implements ReplySink {
  closed = false;
  onDrain: (() => void) | undefined;
  onClose: ((reason: 'left' | 'stalled' | 'drain') => void) | undefined;
  /** What the request's body takes up; given back when the answer is over. */
  holding: Holding | undefined;
  private readonly response: ServerResponse;
  private readonly options: SinkOptions;
  /** Chunks are framed here. */
  private framed = false;
  private waiting = false;
  private hearsDrain = false;
  private stallTimer: NodeJS.Timeout | undefined;
  /** Bytes handed to the response, and what of them had not left when that was last looked at. */
  private handed = 0;
  private taken = 0;
  private queued = 0;

  constructor(response: ServerResponse, options: SinkOptions) {
    this.response = response;
    this.options = options;
    response.on('close', () => this.over());
  }

  send(status: number, headers: HeaderPairs, body: Uint8Array): void {
    if (!this.mayBegin()) return;
    this.response.writeHead(status, [...this.options.common, ...headers, 'content-length', String(body.length)]);
    this.closed = true;
    this.response.end(body);
    this.watch();
  }

  /** Sends a whole answer to a request whose body is not wanted, and ends the connection once the client can have read it. */
  sendAndHangUp(status: number, headers: HeaderPairs, body: Uint8Array): void {
    if (!this.mayBegin()) return;
    const { response } = this;
    const length = String(body.length);
    response.writeHead(status, [...this.options.common, ...headers, 'connection', 'close', 'content-length', length]);
    this.closed = true;
    response.write(body);
    discardRest(response.req, () => response.end());
  }

  /** The head leaves with the first write, or at the end of this turn. */
  head(status: number, headers: HeaderPairs): void {
    if (!this.mayBegin()) return;
    const { response } = this;
    response.writeHead(status, [...this.options.common, ...headers]);
    this.framed = response.chunkedEncoding;
    response.chunkedEncoding = false;
    process.nextTick(flushHead, response);
  }

  write(bytes: Uint8Array): boolean {
    if (this.closed) return true;
    if (bytes.length > 0) this.put(this.framed ? frameChunk(bytes) : [bytes]);
    if (!this.waiting && this.response.writableLength > WAITING_BYTES_MAX) this.wait();
    return !this.waiting;
  }

  end(bytes?: Uint8Array): void {
    if (this.closed) return;
    this.closed = true;
    const { response } = this;
    if (bytes !== undefined && bytes.length > COPIED_BYTES_MAX) {
      this.put(this.framed ? frameChunk(bytes) : [bytes]);
      response.end(this.framed ? LAST_CHUNK : undefined);
    } else if (bytes !== undefined && bytes.length > 0) {
      response.end(this.framed ? Buffer.concat([...frameChunk(bytes), LAST_CHUNK]) : bytes);
    } else {
      response.end(this.framed ? LAST_CHUNK : undefined);
    }
    this.watch();
  }

  cut(bytes?: Uint8Array): void {
    if (this.closed) return;
    this.closed = true;
    const { response } = this;
    if (!response.headersSent) {
      response.destroy();
      return;
    }
    if (bytes !== undefined && bytes.length > 0) this.put(this.framed ? frameChunk(bytes) : [bytes]);
    this.watch();
    // The answer to an earlier request of the same connection may still be under way.
    if (response.socket === null) response.once('socket', () => setImmediate(hangUp, response, this.framed));
    else hangUp(response, this.framed);
  }

  /** The process is going down: the pipeline ends the answer in its own words. */
  drain(): void {
    if (!this.closed) this.tell('drain');
  }

  /** Gives the client up without another word. */
  destroy(): void {
    this.closed = true;
    this.response.destroy();
  }

  private mayBegin(): boolean {
    if (this.closed) return false;
    if (this.response.headersSent) throw new Error('a second head for one request');
    return true;
  }

  private put(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      this.handed += piece.length;
      this.response.write(piece);
    }
  }

  private wait(): void {
    this.waiting = true;
    this.watch();
    if (this.hearsDrain) return;
    this.hearsDrain = true;
    this.response.on('drain', () => {
      this.waiting = false;
      if (!this.closed) this.onDrain?.();
    });
  }

  /** Looks again after a while whether the client has taken anything of what waits for it. */
  private watch(): void {
    if (this.stallTimer !== undefined || this.response.writableLength === 0) return;
    this.taken = this.handed - this.response.writableLength;
    this.queued = queuedBytes(this.response);
    this.stallTimer = setTimeout(lookAgain, this.options.stallMs, this).unref();
  }

  /** Only for the timer. */
  checkProgress(): void {
    this.stallTimer = undefined;
    const waits = this.response.writableLength;
    if (waits === 0 || this.response.destroyed) return;
    if (this.handed - waits > this.taken || queuedBytes(this.response) !== this.queued) {
      this.watch();
      return;
    }
    if (!this.closed) this.tell('stalled');
    this.destroy();
  }

  private over(): void {
    clearTimeout(this.stallTimer);
    const told = this.closed;
    this.closed = true;
    if (!told) this.tell('left');
    this.holding?.release();
    this.options.onOver(this);
  }

  private tell(reason: 'left' | 'stalled' | 'drain'): void {
    const { onClose } = this;
    this.onClose = undefined;
    onClose?.(reason);
  }
}

/**
 * What the system has not taken yet of the write that is under way. `writableLength` falls only when a write is over, and a
 * large answer is one write, which may take a slow client minutes. Node's own socket timeout looks here too.
 */
function queuedBytes({ socket }: ServerResponse): number {
  const handle = (socket as { _handle?: { writeQueueSize?: number } | null } | null)?._handle;
  return handle?.writeQueueSize ?? 0;
}

function flushHead(response: ServerResponse): void {
  if (!response.destroyed) response.flushHeaders();
}

function lookAgain(sink: NodeReplySink): void {
  sink.checkProgress();
}

/** Without the final chunk a client sees a broken answer. HTTP/1.0 has no chunks: there only a reset says so. */
function hangUp(response: ServerResponse, framed: boolean): void {
  const { socket } = response;
  if (framed) socket?.destroySoon();
  else response.write('', () => socket?.resetAndDestroy());
}
