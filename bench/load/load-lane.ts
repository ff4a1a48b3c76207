import { connect, type Socket } from 'node:net';
import { EventCounter } from './event-counter.ts';
import type { LoadSpec } from './load-spec.ts';
import { ResponseReader } from './response-reader.ts';

/** What a lane tells about each of its requests. */
export interface LaneBook {
  /** False when no further request shall begin. */
  mayBegin(): boolean;
  right(answer: { events: number; firstByteMs: number; wholeMs: number; stalls: number; gapMaxMs: number }): void;
  wrong(reason: string): void;
}

const STALL_MS = 200;
const SILENCE_MAX_MS = 20_000;

/** Sends one request after the other over one connection; opens a new one where the peer closed it. */
export class LoadLane {
  readonly #spec: LoadSpec;
  readonly #request: Buffer;
  readonly #book: LaneBook;
  readonly #done: () => void;
  #socket: Socket | undefined;
  #busy = false;
  #status = 0;
  #beganAt = 0;
  #firstByteAt = 0;
  #lastPieceAt = 0;
  #stalls = 0;
  #gapMaxMs = 0;
  #body = new EventCounter();

  constructor(spec: LoadSpec, request: Buffer, { book, done }: { book: LaneBook; done: () => void }) {
    this.#spec = spec;
    this.#request = request;
    this.#book = book;
    this.#done = done;
  }

  /** Begins the next request, or ends the lane. */
  next(): void {
    if (!this.#book.mayBegin()) {
      this.#socket?.destroy();
      this.#done();
      return;
    }
    this.#socket ??= this.#open();
    this.#busy = true;
    this.#status = 0;
    this.#stalls = 0;
    this.#gapMaxMs = 0;
    this.#firstByteAt = 0;
    this.#body = new EventCounter();
    this.#beganAt = performance.now();
    this.#socket.write(this.#request);
  }

  #open(): Socket {
    const socket = connect({ host: '127.0.0.1', port: this.#spec.port, noDelay: true });
    const reader = new ResponseReader({
      head: (status) => {
        this.#status = status;
      },
      data: (piece) => this.#piece(piece),
      end: (keepAlive) => {
        if (!keepAlive) {
          this.#socket = undefined;
          socket.destroy();
        }
        this.#answered();
      },
    });
    socket.setTimeout(SILENCE_MAX_MS, () => this.#broken(socket, `silent for ${SILENCE_MAX_MS} ms`));
    socket.on('data', (bytes) => {
      try {
        reader.push(bytes);
      } catch (error) {
        this.#broken(socket, error instanceof Error ? error.message : String(error));
      }
    });
    socket.on('error', (error) => this.#broken(socket, error.message));
    socket.on('close', () => this.#broken(socket, 'closed before the end of the answer'));
    return socket;
  }

  #piece(piece: Buffer): void {
    const now = performance.now();
    if (this.#firstByteAt === 0) {
      this.#firstByteAt = now;
    } else {
      const gapMs = now - this.#lastPieceAt;
      if (gapMs > this.#gapMaxMs) this.#gapMaxMs = gapMs;
      if (gapMs > STALL_MS) this.#stalls += 1;
    }
    this.#lastPieceAt = now;
    this.#body.push(piece);
  }

  #answered(): void {
    const reason = this.#complaint();
    this.#busy = false;
    if (reason === undefined) {
      this.#book.right({
        events: this.#spec.expect.events,
        firstByteMs: this.#firstByteAt - this.#beganAt,
        wholeMs: performance.now() - this.#beganAt,
        stalls: this.#stalls,
        gapMaxMs: this.#gapMaxMs,
      });
    } else {
      this.#book.wrong(reason);
    }
    this.next();
  }

  #complaint(): string | undefined {
    const { events, ending, bytesMin } = this.#spec.expect;
    if (this.#status !== 200) return `status ${this.#status}`;
    if (this.#body.bytes < bytesMin) return `${this.#body.bytes} bytes, expected ${bytesMin} or more`;
    if (!this.#body.endsWith(ending)) return 'the end of the body is missing';
    if (events > 0 && this.#body.events !== events) return `${this.#body.events} events, expected ${events}`;
    return undefined;
  }

  #broken(socket: Socket, reason: string): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    socket.destroy();
    if (!this.#busy) return;
    this.#busy = false;
    this.#book.wrong(reason);
    this.next();
  }
}
