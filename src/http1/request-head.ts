import { hasOption, parseLength } from './body-length.ts';
import { type HeaderList, readHeaderLines } from './header-lines.ts';

/** The head of a request, as it may be served. */
export interface RequestHead {
  readonly method: string;
  /** Path and query as they came: it begins with `/`. */
  readonly target: string;
  /** The minor version of HTTP/1. */
  readonly minor: 0 | 1;
  readonly headers: HeaderList;
  readonly host: string | undefined;
  readonly bodyLength: number | 'chunked';
  /** The client waits to be told to go on before it sends the body. */
  readonly expectsContinue: boolean;
  /** A WebSocket is asked for. Other upgrades (`h2c` of Java's own client) mean nothing here. */
  readonly upgrade: boolean;
  readonly keepAlive: boolean;
}

/** A request that must not be served, and behind which nothing on its connection can be trusted. */
export interface RequestFault {
  readonly status: 400 | 405 | 408 | 413 | 414 | 417 | 431;
  readonly why: string;
}

/** Limits of security.md section 6. The size of the whole head is the caller's to limit. */
const TARGET_CHARS_MAX = 8 * 1024;
const HEADERS_MAX = 100;

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']);
/** Visible ASCII only; a target begins with its path. */
const TARGET = /^\/[\x21-\x7e]*$/;

/**
 * Reads the head of a request. `text` holds it without the empty line at its end, one character a byte. Everything that
 * two implementations could read in two ways is a fault: more than one Host or Content-Length, a length beside chunks, any
 * coding but `chunked`, a target that is not a path, line ends that are not CRLF.
 * @see https://www.rfc-editor.org/rfc/rfc9112
 */
export function readRequestHead(text: string): RequestHead | RequestFault {
  const lineEnd = text.indexOf('\r\n');
  const methodEnd = text.indexOf(' ');
  const targetEnd = text.indexOf(' ', methodEnd + 1);
  if (methodEnd < 0 || targetEnd < 0 || targetEnd > lineEnd) return bad('not a request line');
  const method = text.slice(0, methodEnd);
  const target = text.slice(methodEnd + 1, targetEnd);
  const version = text.slice(targetEnd + 1, lineEnd);
  if (version !== 'HTTP/1.1' && version !== 'HTTP/1.0') return bad('not a version of HTTP/1');
  if (method === 'CONNECT') return { status: 405, why: 'this is no proxy' };
  if (!METHODS.has(method)) return bad('not a method');
  if (target.length > TARGET_CHARS_MAX) return { status: 414, why: 'the request target is too long' };
  if (!TARGET.test(target)) return bad('the request target is not a path');
  const headers: HeaderList = [];
  const fault = readHeaderLines(text, lineEnd + 2, headers);
  if (fault !== undefined) return bad(fault);
  if (headers.length > HEADERS_MAX * 2) return { status: 431, why: `more than ${HEADERS_MAX} headers` };
  return judge({ method, target, minor: version === 'HTTP/1.1' ? 1 : 0, headers });
}

function judge(line: Pick<RequestHead, 'method' | 'target' | 'minor' | 'headers'>): RequestHead | RequestFault {
  const { method, target, minor, headers } = line;
  let host: string | undefined;
  let length: number | undefined;
  let chunked = false;
  let expectsContinue = false;
  let upgrade = false;
  let keepAlive = minor === 1;
  for (let i = 0; i < headers.length; i += 2) {
    const value = headers[i + 1] as string;
    switch (headers[i]) {
      case 'host':
        if (host !== undefined) return bad('two Host headers');
        host = value;
        break;
      case 'content-length':
        if (length !== undefined) return bad('two lengths');
        length = parseLength(value);
        if (length === undefined) return bad('not a length');
        break;
      case 'transfer-encoding':
        if (minor === 0 || chunked || value.toLowerCase() !== 'chunked')
          return bad('a transfer coding that is not chunked');
        chunked = true;
        break;
      case 'connection':
        if (hasOption(value, 'close')) keepAlive = false;
        else if (minor === 0 && hasOption(value, 'keep-alive')) keepAlive = true;
        break;
      case 'expect':
        if (value.toLowerCase() !== '100-continue')
          return { status: 417, why: 'an expectation other than 100-continue' };
        expectsContinue = minor === 1;
        break;
      case 'upgrade':
        upgrade = value.toLowerCase() === 'websocket';
        break;
    }
  }
  if (chunked && length !== undefined) return bad('a length beside chunks');
  if (host === undefined && minor === 1) return bad('no Host header');
  const bodyLength = chunked ? 'chunked' : (length ?? 0);
  return { method, target, minor, headers, host, bodyLength, expectsContinue, upgrade, keepAlive };
}

/** `true` for the outcome of a head that cannot be served. */
export function isRequestFault(head: RequestHead | RequestFault): head is RequestFault {
  return 'why' in head;
}

function bad(why: string): RequestFault {
  return { status: 400, why };
}
