const decoder = new TextDecoder();

/**
 * One whole event of a stream, as bytes that can be passed on unchanged, with its fields read only when asked for.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class FramedEvent {
  private readonly format: 'sse' | 'json';
  /** Where the bytes lie: the chunk they came in, unless they had to be put together. */
  readonly chunk: Uint8Array;
  private readonly start: number;
  private readonly end: number;
  private view: Uint8Array | undefined;
  private parsed: { type: string; data: string } | undefined;

  /** The event is all of `chunk`, or the part of it that `within` names. */
  constructor(chunk: Uint8Array, format: 'sse' | 'json', within?: { readonly start: number; readonly end: number }) {
    this.chunk = chunk;
    this.format = format;
    this.start = within?.start ?? 0;
    this.end = within?.end ?? chunk.length;
  }

  /** All bytes of the event with the blank line (or separator) that ends it. Most events are passed on without it. */
  get raw(): Uint8Array {
    this.view ??= this.chunk.subarray(this.start, this.end);
    return this.view;
  }

  /** The `event:` field, empty if there is none. */
  get type(): string {
    return this.fields().type;
  }

  /** The `data:` lines joined by a line feed, or the text of the array element. */
  get data(): string {
    return this.fields().data;
  }

  /** The data as an object; `undefined` when it is not one. */
  json(): Readonly<Record<string, unknown>> | undefined {
    const { data } = this.fields();
    if (!data.startsWith('{')) return undefined;
    try {
      return JSON.parse(data) as Record<string, unknown>;
    } catch {
      return undefined;
    }
  }

  private fields(): { type: string; data: string } {
    this.parsed ??= this.format === 'sse' ? parseSse(decoder.decode(this.raw)) : parseElement(decoder.decode(this.raw));
    return this.parsed;
  }
}

function parseElement(text: string): { type: string; data: string } {
  return { type: '', data: text.replace(/^[\s[,]+/, '').replace(/[\s\]]+$/, '') };
}

function parseSse(text: string): { type: string; data: string } {
  let type = '';
  let data: string | undefined;
  for (const line of text.split(text.includes('\r') ? /\r\n|\r|\n/ : '\n')) {
    if (line.startsWith('data:')) {
      const value = line.slice(line.charCodeAt(5) === 0x20 ? 6 : 5);
      data = data === undefined ? value : `${data}\n${value}`;
    } else if (line.startsWith('event:')) {
      type = line.slice(line.charCodeAt(6) === 0x20 ? 7 : 6);
    }
  }
  return { type, data: data ?? '' };
}
