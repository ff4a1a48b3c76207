import { FramedEvent } from './framed-event.ts';
import { EVENT_BYTES_MAX, type Framer } from './framer.ts';
import { PendingBytes } from './pending-bytes.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * A JSON array that is streamed element by element, as Gemini answers without `alt=sse`. An event is an element with the
 * bracket or comma before it; the closing bracket is an event of its own, whose data is empty.
 */
export class JsonArrayFramer implements Framer {
  readonly span = undefined;
  overflow = false;
  private readonly pending = new PendingBytes();
  private depth = 0;
  private inString = false;
  private escaped = false;
  private closed = false;

  get unfinished(): boolean {
    return !this.closed;
  }

  push(chunk: Uint8Array): FramedEvent[] {
    const events: FramedEvent[] = [];
    if (this.overflow) return events;
    let start = 0;
    for (let pos = 0; pos < chunk.length; pos++) {
      if (!this.endsElement(chunk[pos] as number)) continue;
      events.push(new FramedEvent(this.pending.join(chunk.subarray(start, pos + 1)), 'json'));
      start = pos + 1;
    }
    this.pending.add(chunk.subarray(start));
    if (this.pending.length > EVENT_BYTES_MAX) this.overflow = true;
    return events;
  }

  private endsElement(byte: number): boolean {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) this.inString = false;
      return false;
    }
    switch (byte) {
      case QUOTE:
        this.inString = true;
        return false;
      case 0x5b: // [
      case 0x7b: // {
        this.depth++;
        return false;
      case 0x7d: // }
        this.depth--;
        return this.depth === 1;
      case 0x5d: // ]
        this.depth--;
        if (this.depth === 0) this.closed = true;
        return this.depth === 0;
      default:
        return false;
    }
  }
}
