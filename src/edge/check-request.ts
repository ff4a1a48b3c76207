import type { IncomingMessage } from 'node:http';

/**
 * What Node's parser lets through and we do not: two Host headers, absolute-form targets and a transfer coding on
 * HTTP/1.0. Returns the reason for a 400, after which the connection is closed.
 */
export function requestFault(request: IncomingMessage): string | undefined {
  const { rawHeaders } = request;
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (hosts > 1) return 'two Host headers';
  if (request.url?.charCodeAt(0) !== 0x2f) return 'the request target is not a path';
  if (request.httpVersionMinor === 0 && request.headers['transfer-encoding'] !== undefined) {
    return 'a transfer coding on HTTP/1.0';
  }
  return undefined;
}

/** Headers that carry credentials or belong to the connection; they stop here. */
const STOPPED = new Set(['authorization', 'x-api-key', 'cookie', 'host', 'connection', 'proxy-authorization']);

/**
 * The headers for the pipeline: lower-case names, credentials removed. A name with `_` is dropped, because another hop
 * may read it as `-`; the one exception is `session_id`, which is only ever a session id.
 */
export function headerPairs(rawHeaders: readonly string[]): string[] {
  const pairs: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase();
    // The presence of this one, not its value, tells the form of model lists.
    if (name === 'x-goog-api-key') {
      pairs.push(name, '');
      continue;
    }
    if (STOPPED.has(name) || (name.includes('_') && name !== 'session_id')) continue;
    pairs.push(name, rawHeaders[i + 1] as string);
  }
  return pairs;
}
