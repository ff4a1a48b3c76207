import type { HeaderPairs, TransportFailure, UpstreamExchange, UpstreamHandler } from '../canonical/exchange.ts';
import type { Protocol, StreamPosition, StreamTap } from '../protocols/protocol.ts';
import { PROTOCOLS } from '../protocols/registry.ts';
import type { FramedEvent } from '../protocols/stream/framed-event.ts';
import type { Framer } from '../protocols/stream/framer.ts';
import { JsonArrayFramer } from '../protocols/stream/json-array-framer.ts';
import { SseFramer } from '../protocols/stream/sse-framer.ts';
import { classifyTransport, type Failure } from '../routing/classify-failure.ts';
import type { AttemptEnd, AttemptInput } from './attempt.ts';
import { echoModelIn } from './echo-model.ts';
import { badReply, REFUSAL_BYTES_MAX, refusedEnd } from './refusal.ts';

/** More than this held back commits the stream even without content. */
const HELD_EVENTS_MAX = 64;
const HELD_BYTES_MAX = 256 * 1024;
/** How long a provider that bills on anyway is read after the client left, and how many at once. */
const DRAIN_MS = 30_000;
const DRAINS_MAX = 100;
/** How long an upstream may stay open after its last event before its socket is given up. */
const LINGER_MS = 2_000;

/** Runs one attempt whose answer streams: whole events, unread where that is safe, the last ones kept until settled. */
export function runStreamAttempt(input: AttemptInput): Promise<AttemptEnd> {
  return new Promise((resolve) => new StreamAttempt(input, resolve));
}

let drains = 0;

class StreamAttempt implements UpstreamHandler {
  private readonly input: AttemptInput;
  private readonly protocol: Protocol;
  private readonly framer: Framer;
  private readonly tap: StreamTap;
  private readonly exchange: UpstreamExchange;
  private readonly resolve: (end: AttemptEnd) => void;
  private status = 0;
  private headers: HeaderPairs = [];
  /** `refusal`: a bad status, its body is collected. `over`: the end is told, what still comes is ignored. */
  private phase: 'head' | 'refusal' | 'held' | 'flowing' | 'finishing' | 'over' = 'head';
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private upstreamOpen = true;
  /** The last event that passed unread: it may hold the number that an error event continues from. */
  private unread: FramedEvent | undefined;
  private drainTimer: NodeJS.Timeout | undefined;

  constructor(input: AttemptInput, resolve: (end: AttemptEnd) => void) {
    this.input = input;
    this.resolve = resolve;
    this.protocol = PROTOCOLS[input.operation.protocol];
    this.framer = input.framing === 'sse' ? new SseFramer() : new JsonArrayFramer();
    this.tap = this.protocol.createTap(input.quirks);
    input.reply.onGone = () => this.clientGone();
    input.reply.sink.onDrain = () => this.exchange.resume();
    this.exchange = input.send(input.upstream, this);
  }

  head(status: number, headers: HeaderPairs): void {
    this.status = status;
    this.headers = headers;
    this.phase = status >= 200 && status < 300 && this.isStream(headers) ? 'held' : 'refusal';
  }

  data(chunk: Uint8Array): void {
    if (this.phase === 'over') return;
    if (this.phase === 'refusal') {
      this.hold(this.heldBytes < REFUSAL_BYTES_MAX ? chunk : chunk.subarray(0, 0));
      return;
    }
    const events = this.framer.push(chunk);
    if (this.framer.overflow) {
      this.giveUp('an event over the size limit');
      return;
    }
    if (events.length === 0) return;
    const { span } = this.framer;
    if (this.phase === 'flowing' && span !== undefined && this.passesUnread(span)) {
      this.unread = events[events.length - 1];
      this.write(span);
    } else this.take(events);
  }

  end(): void {
    this.upstreamOpen = false;
    if (this.phase === 'over') return;
    if (this.phase === 'refusal') {
      const body = Buffer.concat(this.held);
      const good = this.status >= 200 && this.status < 300 && !body.includes('"error"');
      this.finish(
        good
          ? badReply('a whole answer where a stream was asked for', this.status)
          : refusedEnd(this.status, this.headers, body),
      );
    } else if (this.phase === 'finishing' && this.protocol.terminatorOptional && !this.framer.unfinished) {
      this.deliver();
    } else {
      this.broken(
        { class: 'bad_reply', httpStatus: this.status, retryAfterMs: undefined, reason: 'the stream ended early' },
        false,
      );
    }
  }

  fail(transport: TransportFailure, detail: string): void {
    this.upstreamOpen = false;
    if (this.phase !== 'over') this.broken(classifyTransport(transport, detail), transport === 'idle_timeout');
  }

  private isStream(headers: HeaderPairs): boolean {
    const at = headers.findIndex((name, i) => i % 2 === 0 && name === 'content-type');
    const type = at < 0 ? '' : (headers[at + 1] ?? '').toLowerCase();
    return this.input.framing === 'sse' ? type.includes('text/event-stream') : type.includes('json');
  }

  private passesUnread(bytes: Uint8Array): boolean {
    if (this.input.echoModel !== undefined) return false;
    return !this.protocol.interesting.test(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'),
    );
  }

  private take(events: readonly FramedEvent[]): void {
    let out: Uint8Array[] = [];
    for (const event of events) {
      if (this.phase === 'flowing' && this.passesUnread(event.raw)) {
        this.unread = event;
        out.push(event.raw);
        continue;
      }
      this.catchUp();
      if (event.type.startsWith('saola')) continue;
      const role = this.tap.role(event);
      if (role === 'error') {
        this.flush(out);
        this.giveUp(this.tap.errorText ?? event.data);
        return;
      }
      if (role === 'ignored' || (role === 'usage-only' && this.input.hideUsageChunk)) continue;
      const raw = this.rawOf(event);
      if (role === 'terminal' && this.phase === 'held' && !this.tap.finished) {
        this.giveUp('the stream ended without content');
        return;
      }
      if (role === 'content' && this.phase !== 'flowing') out.push(...this.flowOn());
      if ((role === 'finish' || role === 'terminal') && this.phase !== 'finishing') {
        if (this.phase === 'held') out.push(...this.flowOn());
        this.flush(out);
        out = [];
        this.phase = 'finishing';
      }
      if (this.phase === 'flowing') out.push(raw);
      else this.hold(raw);
      if (role === 'terminal') {
        this.deliver();
        return;
      }
      this.limitHeld();
    }
    this.flush(out);
  }

  private rawOf(event: FramedEvent): Uint8Array {
    const { echoModel: model, framing } = this.input;
    return model === undefined
      ? event.raw
      : echoModelIn(event, { model, modelField: this.protocol.modelField, framing });
  }

  /** The tap sees the last event that passed unread: it may hold the number that an error event continues from. */
  private catchUp(): void {
    if (this.unread !== undefined) this.tap.role(this.unread);
    this.unread = undefined;
  }

  /** What an error event continues, also when the last events passed unread. */
  private position(): StreamPosition | undefined {
    this.catchUp();
    const { position } = this.tap;
    const { echoModel: model } = this.input;
    if (model === undefined || position?.response?.['model'] === undefined) return position;
    return { ...position, response: { ...position.response, model } };
  }

  private hold(bytes: Uint8Array): void {
    this.held.push(bytes);
    this.heldBytes += bytes.length;
  }

  /**
   * Content follows, also after a finish where one of several choices has more to say: gives what was kept back, to go out
   * in front of it. From the first time on a failure is an error event, not another attempt.
   */
  private flowOn(): Uint8Array[] {
    const { reply, replyHeaders, now } = this.input;
    if (this.phase === 'held' && reply.gone === undefined) reply.commit(replyHeaders(this.headers), now());
    this.phase = 'flowing';
    return this.takeHeld();
  }

  private takeHeld(): Uint8Array[] {
    const { held } = this;
    this.held = [];
    this.heldBytes = 0;
    return held;
  }

  /** Neither a long preamble nor an upstream that does not stop after its finish may fill the memory. */
  private limitHeld(): void {
    if (this.held.length <= HELD_EVENTS_MAX && this.heldBytes <= HELD_BYTES_MAX) return;
    if (this.phase === 'held') this.flush(this.flowOn());
    else if (this.phase === 'finishing') this.flush(this.takeHeld());
  }

  private flush(pieces: readonly Uint8Array[]): void {
    const [only] = pieces;
    if (only === undefined) return;
    this.write(pieces.length === 1 ? only : joined(pieces));
  }

  private write(bytes: Uint8Array): void {
    const { reply, now } = this.input;
    if (reply.gone === undefined && !reply.write(bytes, now())) this.exchange.pause();
  }

  private deliver(): void {
    const tail = this.held.length === 1 ? this.held[0] : joined(this.held);
    const { reply } = this.input;
    const release = () => reply.end(tail);
    const facts = this.tap.facts();
    this.finish(reply.gone === undefined ? { type: 'delivered', facts, release } : { type: 'client_gone', facts });
    if (this.upstreamOpen) setTimeout(() => this.exchange.abort(), LINGER_MS).unref();
  }

  /** The upstream said or did something that ends this attempt now. */
  private giveUp(text: string): void {
    this.exchange.abort();
    this.upstreamOpen = false;
    const end = refusedEnd(this.status, this.headers, Buffer.from(text));
    const failure = end.type === 'failed' ? end.failure : undefined;
    this.broken(
      failure ?? { class: 'bad_reply', httpStatus: this.status, retryAfterMs: undefined, reason: text },
      false,
    );
  }

  private broken(failure: Failure, idle: boolean): void {
    const content = this.phase === 'flowing' || this.phase === 'finishing';
    if (this.input.reply.gone !== undefined) this.finish({ type: 'client_gone', facts: this.tap.facts() });
    else if (!content) this.finish({ type: 'failed', failure, reply: undefined });
    else {
      const outcome = idle ? 'idle_timeout' : 'upstream_cut';
      const position = this.position();
      const midStream: Failure = { ...failure, class: 'mid_stream' };
      this.finish({ type: 'cut', outcome, failure: midStream, facts: this.tap.facts(), position });
    }
  }

  /** The client has left: the upstream is stopped, or read on for its usage where it would bill on anyway. */
  private clientGone(): void {
    const content = this.phase === 'flowing' || this.phase === 'finishing';
    const mayDrain = this.input.quirks.onDisconnect === 'drain' && this.input.reply.gone !== undefined;
    if (mayDrain && content && drains < DRAINS_MAX) {
      drains++;
      this.exchange.resume();
      this.drainTimer = setTimeout(() => this.stop(), DRAIN_MS).unref();
      return;
    }
    this.stop();
  }

  private stop(): void {
    this.exchange.abort();
    this.upstreamOpen = false;
    const facts = this.tap.facts();
    const position = this.position();
    if (this.input.reply.gone === undefined)
      this.finish({ type: 'cut', outcome: 'drain_cut', failure: undefined, facts, position });
    else this.finish({ type: 'client_gone', facts });
  }

  private finish(end: AttemptEnd): void {
    if (this.phase === 'over') return;
    this.phase = 'over';
    if (this.drainTimer !== undefined) {
      clearTimeout(this.drainTimer);
      drains--;
    }
    this.input.reply.onGone = undefined;
    this.input.reply.sink.onDrain = undefined;
    this.resolve(end);
  }
}

/** The pieces as one; without a copy where they lie side by side, as the events of one read do. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  if (first === undefined) return new Uint8Array(0);
  let end = first.byteOffset;
  for (const piece of pieces) {
    if (piece.buffer !== first.buffer || piece.byteOffset !== end) return Buffer.concat(pieces);
    end += piece.byteLength;
  }
  return new Uint8Array(first.buffer, first.byteOffset, end - first.byteOffset);
}
