import type { HeaderPairs, ReplySink } from '../canonical/exchange.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { KeepaliveClock } from './keepalive-clock.ts';

/** After so long without an answer the client gets its 200 and keepalives. */
const OPEN_EARLY_MS = 10_000;
const PING_ANTHROPIC_MS = 10_000;
const PING_COMMENT_MS = 15_000;

const ANTHROPIC_PING = Buffer.from('event: ping\ndata: {"type":"ping"}\n\n');
const COMMENT_PING = Buffer.from(': ping\n\n');
const NEWLINE = Buffer.from('\n');

const SSE_HEADERS: HeaderPairs = [
  'content-type',
  'text/event-stream; charset=utf-8',
  'cache-control',
  'no-cache, no-store, no-transform',
  'x-accel-buffering',
  'no',
];
const ARRAY_HEADERS: HeaderPairs = [
  'content-type',
  'application/json; charset=utf-8',
  'cache-control',
  'no-store',
  'x-accel-buffering',
  'no',
];

/** The answer as the client sees it, over all attempts: held back, opened early, or flowing. */
export class ClientReply {
  /** `held`: nothing sent. `open`: head and keepalives sent. `flowing`: content sent. */
  state: 'held' | 'open' | 'flowing' = 'held';
  /** Why the client is gone, once it is. */
  gone: 'left' | 'stalled' | undefined;
  /** The process goes down: the answer is cut, and the client, who is still there, is told. */
  draining = false;
  /** When the first content byte was handed to the socket. */
  firstByteAt: number | undefined;
  /** Set by the running attempt: the client has left. */
  onGone: (() => void) | undefined;
  readonly sink: ReplySink;
  private readonly framing: 'sse' | 'json-array';
  private readonly protocol: ProtocolId;
  private readonly startedAt: number;
  private lastWriteAt: number;

  constructor(options: { sink: ReplySink; protocol: ProtocolId; framing: 'sse' | 'json-array'; now: number }) {
    this.sink = options.sink;
    this.protocol = options.protocol;
    this.framing = options.framing;
    this.startedAt = options.now;
    this.lastWriteAt = options.now;
    // Whoever left while the request was read has been told already, when nobody listened.
    if (this.sink.closed) this.gone = 'left';
    this.sink.onClose = (reason) => {
      if (reason === 'drain') this.draining = true;
      else this.gone = reason;
      KeepaliveClock.leave(this);
      this.onGone?.();
    };
  }

  /** Takes part in the keepalive from now on; streams only. */
  keepAlive(): void {
    KeepaliveClock.join(this);
  }

  /** Sends the head, unless it is out already, and marks the stream as flowing. */
  commit(headers: HeaderPairs, now: number): void {
    if (this.state === 'held') this.sink.head(200, [...this.contentHeaders(), ...headers]);
    this.state = 'flowing';
    this.firstByteAt = now;
  }

  /** Writes whole events; `false` asks to stop until the sink drains. */
  write(bytes: Uint8Array, now: number): boolean {
    this.lastWriteAt = now;
    return this.sink.write(bytes);
  }

  end(bytes: Uint8Array | undefined): void {
    KeepaliveClock.leave(this);
    this.sink.end(bytes);
  }

  cut(bytes: Uint8Array | undefined): void {
    KeepaliveClock.leave(this);
    this.sink.cut(bytes);
  }

  /** The reply is over for reasons outside the stream: an error or a whole body was sent. */
  leave(): void {
    KeepaliveClock.leave(this);
  }

  /** Called about once a second. */
  tick(now: number): void {
    if (this.gone !== undefined) return;
    if (this.state === 'held') {
      if (now - this.startedAt < OPEN_EARLY_MS) return;
      this.state = 'open';
      this.sink.head(200, this.contentHeaders());
      this.ping(now);
    } else if (now - this.lastWriteAt >= this.pingMs()) {
      this.ping(now);
    }
  }

  private contentHeaders(): HeaderPairs {
    return this.framing === 'sse' ? SSE_HEADERS : ARRAY_HEADERS;
  }

  private pingMs(): number {
    return this.protocol === 'anthropic-messages' ? PING_ANTHROPIC_MS : PING_COMMENT_MS;
  }

  private ping(now: number): void {
    if (this.framing === 'json-array') this.write(NEWLINE, now);
    else this.write(this.protocol === 'anthropic-messages' ? ANTHROPIC_PING : COMMENT_PING, now);
  }
}
