import type { WireEvent } from '../dialects/dialect.ts';

/** How events look on the wire. */
export interface Framing {
  readonly format: 'sse' | 'json-array';
  readonly lineEnd: '\n' | '\r\n' | '\r';
  /** A byte order mark in front. */
  readonly bom: boolean;
  /** A comment block before each event. */
  readonly comments: boolean;
  /** Index of the event whose data is cut in half; counted from 1. */
  readonly brokenEvent: number | undefined;
}

/** Turns events into pieces of bytes, one an event. */
export function frameEvents(events: readonly WireEvent[], framing: Framing): Buffer[] {
  const broken = (text: string, index: number) =>
    index + 1 === framing.brokenEvent ? text.slice(0, Math.ceil(text.length / 2)) : text;
  const texts = events.map((event, index) => {
    const data = broken(event.data === '[DONE]' ? event.data : JSON.stringify(event.data), index);
    return framing.format === 'sse' ? sseBlock(event.event, data, framing) : arrayElement(data, index);
  });
  if (framing.bom && texts[0] !== undefined) {
    texts[0] = `\ufeff${texts[0]}`;
  }
  return texts.map((text) => Buffer.from(text));
}

/** The end of a JSON array stream; SSE has none. */
export function closingPiece(format: Framing['format']): Buffer | undefined {
  return format === 'json-array' ? Buffer.from(']\n') : undefined;
}

function sseBlock(event: string | undefined, data: string, { lineEnd, comments }: Framing): string {
  const comment = comments ? `: mock${lineEnd}${lineEnd}` : '';
  const name = event === undefined ? '' : `event: ${event}${lineEnd}`;
  return `${comment}${name}data: ${data}${lineEnd}${lineEnd}`;
}

function arrayElement(data: string, index: number): string {
  return index === 0 ? `[${data}` : `,\r\n${data}`;
}
