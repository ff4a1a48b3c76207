import { JsonBytes } from '../lib/json-bytes.ts';
import type { LogDestination } from './log-destination.ts';

/** Each write wakes a thread, which costs as much as putting fifty lines together; a pipe takes so many bytes at once. */
const CHUNK_BYTES = 64_000;
const CHUNK_MS = 200;

/** Log lines on their way: they leave together, 200 ms after the first of them or when they are 64 kB. */
export class LineBuffer {
  /** The line under way is put together here. */
  readonly line = new JsonBytes(CHUNK_BYTES + 8_192);
  private readonly destination: LogDestination;
  private timer: NodeJS.Timeout | undefined;

  constructor(destination: LogDestination) {
    this.destination = destination;
  }

  /** Ends the line. */
  end(): void {
    this.line.ascii('\n');
    if (this.line.length >= CHUNK_BYTES) this.handOver();
    else this.timer ??= setTimeout(() => this.handOver(), CHUNK_MS).unref();
  }

  /** Hands over what there is. */
  handOver(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.line.length > 0) this.destination.write(this.line.take());
  }
}
