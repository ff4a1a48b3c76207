import { type BodyLength, hasOption, parseLength } from './body-length.ts';
import { type HeaderList, readHeaderLines } from './header-lines.ts';

/** The head of a reply. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: HeaderList;
  readonly bodyLength: BodyLength;
  /** A coding of the body that is not identity; such bytes are neither read nor passed on. */
  readonly encoding: string | undefined;
  /** The connection may serve another request behind this reply. */
  readonly keepAlive: boolean;
  /** The server's hint how long it keeps an idle connection, in seconds. */
  readonly idleSeconds: number | undefined;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const IDENTITY = /^(?:identity)?$/i;

/**
 * Reads the head of a reply. `text` holds it without the empty line at its end, one character a byte; the text of a fault
 * when it is not HTTP/1 or its length can be read in two ways. `bodiless`: the request was a HEAD.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 */
export function readResponseHead(text: string, bodiless = false): ResponseHead | string {
  const lineEnd = text.indexOf('\r\n');
  const line = STATUS_LINE.exec(text.slice(0, lineEnd));
  if (line === null) return 'not a status line of HTTP/1';
  const status = Number(line[2]);
  if (status === 101) return 'an upgrade that nobody asked for';
  const headers: HeaderList = [];
  const fault = readHeaderLines(text, lineEnd + 2, headers);
  if (fault !== undefined) return fault;
  const none = bodiless || status < 200 || status === 204 || status === 304;
  return judge(headers, { status, minor: line[1] === '1' ? 1 : 0, none });
}

interface StatusLine {
  readonly status: number;
  readonly minor: 0 | 1;
  /** No body follows, whatever the headers say. */
  readonly none: boolean;
}

function judge(headers: HeaderList, { status, minor, none }: StatusLine): ResponseHead | string {
  let length: number | undefined;
  let chunked = false;
  let encoding: string | undefined;
  let keepAlive = minor === 1;
  let idleSeconds: number | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    const value = headers[i + 1] as string;
    switch (headers[i]) {
      case 'content-length':
        if (length !== undefined) return 'two lengths';
        length = parseLength(value);
        if (length === undefined) return 'not a length';
        break;
      case 'transfer-encoding':
        if (value.toLowerCase() === 'chunked' && !chunked && minor === 1) chunked = true;
        else encoding = `transfer-encoding: ${value}`;
        break;
      case 'content-encoding':
        if (!IDENTITY.test(value)) encoding = `content-encoding: ${value}`;
        break;
      case 'connection':
        if (hasOption(value, 'close')) keepAlive = false;
        else if (minor === 0 && hasOption(value, 'keep-alive')) keepAlive = true;
        break;
      case 'keep-alive': {
        const hint = /(?:^|[,\s])timeout=([0-9]{1,6})(?:$|[,\s])/i.exec(value)?.[1];
        if (hint !== undefined) idleSeconds = Number(hint);
        break;
      }
    }
  }
  if (chunked && length !== undefined) return 'a length beside chunks';
  if (status < 200 && !keepAlive) return 'an interim reply that ends its connection';
  const bodyLength = none ? 0 : chunked ? 'chunked' : (length ?? 'until-close');
  return {
    status,
    headers,
    bodyLength,
    encoding,
    keepAlive: keepAlive && bodyLength !== 'until-close',
    idleSeconds,
  };
}
