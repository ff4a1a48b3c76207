import type { ServerResponse } from 'node:http';
import type { HeaderPairs, ReplySink } from '../canonical/exchange.ts';

type CloseReason = 'left' | 'stalled' | 'drain';

/** A client that accepts nothing for so long is given up. */
const STALL_MS = 60_000;

/** A {@link ReplySink} over one of Node's responses. */
export class NodeReplySink implements ReplySink {
  onClose: ((reason: CloseReason) => void) | undefined;
  private readonly response: ServerResponse;
  /** Headers that every answer of this request carries. */
  private readonly common: HeaderPairs;
  private readonly stallMs: number;
  private drainHandler: (() => void) | undefined;
  private listening = false;
  private stallTimer: NodeJS.Timeout | undefined;
  private over = false;

  constructor(
    response: ServerResponse,
    options: { common: HeaderPairs; stallMs?: number; onOver: (sink: NodeReplySink) => void },
  ) {
    this.response = response;
    this.common = options.common;
    this.stallMs = options.stallMs ?? STALL_MS;
    response.on('close', () => {
      clearTimeout(this.stallTimer);
      options.onOver(this);
      if (!this.over && !response.writableFinished) this.tellClosed('left');
    });
  }

  get closed(): boolean {
    return this.over || this.response.destroyed || this.response.writableEnded;
  }

  get onDrain(): (() => void) | undefined {
    return this.drainHandler;
  }

  set onDrain(handler: (() => void) | undefined) {
    this.drainHandler = handler;
    if (handler === undefined || this.listening) return;
    this.listening = true;
    this.response.on('drain', () => {
      clearTimeout(this.stallTimer);
      this.stallTimer = undefined;
      this.drainHandler?.();
    });
  }

  send(status: number, headers: HeaderPairs, body: Uint8Array): void {
    if (this.closed) return;
    this.response.writeHead(status, [...this.common, ...headers, 'content-length', String(body.length)]);
    this.response.end(body);
  }

  /** The head leaves with the first write, which every caller does right after it. */
  head(status: number, headers: HeaderPairs): void {
    if (!this.closed) this.response.writeHead(status, [...this.common, ...headers]);
  }

  write(bytes: Uint8Array): boolean {
    if (this.closed) return true;
    if (this.response.write(bytes)) return true;
    this.stallTimer ??= setTimeout(() => this.stalled(), this.stallMs).unref();
    return false;
  }

  end(bytes?: Uint8Array): void {
    if (this.closed) return;
    if (bytes === undefined) this.response.end();
    else this.response.end(bytes);
  }

  cut(bytes?: Uint8Array): void {
    if (this.closed) return;
    this.over = true;
    const { response } = this;
    const { socket } = response;
    if (bytes !== undefined && bytes.length > 0) response.write(bytes);
    // Without the final chunk a client that reads chunks sees a broken answer; HTTP/1.0 has no chunks and needs a reset.
    if (response.req.httpVersionMinor === 0) socket?.resetAndDestroy();
    else socket?.destroySoon();
  }

  /** The process is going down: the pipeline ends the answer in its own words. */
  drain(): void {
    if (!this.closed) this.tellClosed('drain');
  }

  private stalled(): void {
    if (this.closed) return;
    this.tellClosed('stalled');
    this.over = true;
    this.response.destroy();
  }

  private tellClosed(reason: CloseReason): void {
    const tell = this.onClose;
    this.onClose = undefined;
    tell?.(reason);
  }
}
