import { FramedEvent } from './framed-event.ts';
import { EVENT_BYTES_MAX, type Framer } from './framer.ts';
import { PendingBytes } from './pending-bytes.ts';

const LF = 0x0a;
const CR = 0x0d;
const BOM = [0xef, 0xbb, 0xbf];

/**
 * Server-sent events: LF, CRLF and lone CR, mixed and split anywhere. Comments, `id:` and `retry:` lines are not passed
 * on, since they steer the client's connection, which is ours; all other bytes stay as they are.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class SseFramer implements Framer {
  span: Uint8Array | undefined;
  overflow = false;
  private readonly pending = new PendingBytes();
  private readonly bytesMax: number;
  /** Bytes of the current line so far. */
  private lineLength = 0;
  /** The current event has a line at all. */
  private hasLine = false;
  /** The current event has a line that is passed on. */
  private hasField = false;
  /** The current event has a line that must go. */
  private hasDropped = false;
  private afterCr = false;
  /** The stream ends its lines with CRLF. */
  private crlf = false;
  /** The last event was whole at its CR, at the end of a chunk; the LF that may follow has been sent or is not wanted. */
  private lfDone = false;
  private bomAt = 0;

  constructor(bytesMax: number = EVENT_BYTES_MAX) {
    this.bytesMax = bytesMax;
  }

  get unfinished(): boolean {
    return this.hasLine || this.lineLength > 0;
  }

  push(chunk: Uint8Array): FramedEvent[] {
    const events: FramedEvent[] = [];
    this.span = undefined;
    if (this.overflow) return events;
    let start = this.skipLf(chunk, this.skipBom(chunk));
    let unchanged = 0;
    let first = -1;
    let lf = -1;
    let cr = -1;
    for (let pos = start; pos < chunk.length; ) {
      // The platform finds a byte many times faster than a loop does, and most streams have no CR at all.
      if (lf < pos) lf = placeOf(LF, chunk, pos);
      if (cr < pos) cr = placeOf(CR, chunk, pos);
      const lineEnd = Math.min(lf, cr);
      if (lineEnd > pos) this.takeText(chunk[pos] as number, lineEnd - pos);
      if (lineEnd === chunk.length) break;
      pos = lineEnd + 1;
      if (!this.endsEvent(chunk[lineEnd] as number)) continue;
      const end = this.afterCr && chunk[pos] === LF ? pos + 1 : pos;
      const event = this.takeEvent(chunk, start, end);
      if (event !== undefined) {
        events.push(event);
        if (first < 0) first = start;
        if (event.chunk === chunk) unchanged += end - start;
      }
      start = end;
    }
    // One view serves for all events only if every byte between the first and the last belongs to them.
    if (first >= 0 && unchanged === start - first) this.span = chunk.subarray(first, start);
    if (start < chunk.length) this.pending.add(chunk.subarray(start));
    if (this.pending.length > this.bytesMax) this.overflow = true;
    return events;
  }

  /** Takes bytes of a line in, the first of which is `byte`. */
  private takeText(byte: number, length: number): void {
    if (this.lineLength === 0) this.startLine(byte);
    this.lineLength += length;
    this.afterCr = false;
  }

  /** Takes an LF or a CR in; `true` when it ends an event, or an empty line where none was open. */
  private endsEvent(byte: number): boolean {
    if (byte === LF && this.afterCr) {
      // The second half of a CRLF: the CR has ended the line.
      this.afterCr = false;
      this.crlf = true;
      return false;
    }
    this.afterCr = byte === CR;
    if (this.lineLength === 0) return true;
    this.lineLength = 0;
    return false;
  }

  private startLine(byte: number): void {
    this.hasLine = true;
    // Only `id:` and `retry:` of the fields begin with these letters; unknown fields are dropped with them.
    if (byte === 0x64 || byte === 0x65) this.hasField = true;
    else this.hasDropped = true;
  }

  /** The event whose last bytes lie in `chunk` from `start` to `end`; `undefined` for one without a field, such as a comment. */
  private takeEvent(chunk: Uint8Array, start: number, end: number): FramedEvent | undefined {
    const { hasField, hasDropped } = this;
    this.hasLine = false;
    this.hasField = false;
    this.hasDropped = false;
    const halved = this.afterCr && end === chunk.length && chunk[end - 1] === CR;
    this.lfDone = halved && (this.crlf || !hasField);
    if (!hasField) {
      this.pending.clear();
      return undefined;
    }
    const completed = halved && this.crlf;
    if (!hasDropped && !completed && this.pending.length === 0) return new FramedEvent(chunk, 'sse', { start, end });
    const tail = chunk.subarray(start, end);
    const raw = this.pending.join(completed ? withLf(tail) : tail);
    return new FramedEvent(hasDropped ? withoutDroppedLines(raw) : raw, 'sse');
  }

  /** Some clients look for the very bytes CRLF CRLF, so that the halves of an event's end are not sent apart. */
  private skipLf(chunk: Uint8Array, at: number): number {
    if (!this.lfDone || at >= chunk.length) return at;
    this.lfDone = false;
    if (chunk[at] !== LF) return at;
    this.afterCr = false;
    return at + 1;
  }

  private skipBom(chunk: Uint8Array): number {
    let pos = 0;
    while (this.bomAt < 3 && pos < chunk.length) {
      if (chunk[pos] !== BOM[this.bomAt]) {
        this.bomAt = 3;
        return pos;
      }
      this.bomAt++;
      pos++;
    }
    return pos;
  }
}

/** Where `byte` stands first at or behind `from`; the chunk's length when it does not. */
function placeOf(byte: number, chunk: Uint8Array, from: number): number {
  const at = chunk.indexOf(byte, from);
  return at < 0 ? chunk.length : at;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

function withLf(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length + 1);
  whole.set(bytes);
  whole[bytes.length] = LF;
  return whole;
}

function withoutDroppedLines(raw: Uint8Array): Uint8Array {
  const kept = decoder
    .decode(raw)
    .split(/(?<=\r\n|\n|\r(?!\n))/)
    .filter((line) => /^(?:data|event)\b|^[\r\n]/.test(line));
  return encoder.encode(kept.join(''));
}
