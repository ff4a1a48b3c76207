import type { IncomingMessage } from 'node:http';

const URL_BYTES_MAX = 8 * 1024;
const HEADERS_MAX = 100;

/** A refusal on the form alone; the connection is closed behind it. */
export interface RequestFault {
  readonly status: 400 | 414 | 417 | 431;
  readonly why: string;
}

/**
 * What Node's parser lets through and we do not: versions other than 1.0 and 1.1, no Host or two, targets that are not a
 * path, a transfer coding on HTTP/1.0, other expectations than the known one, long targets and many headers.
 */
export function requestFault(request: IncomingMessage): RequestFault | undefined {
  const { rawHeaders, url = '', httpVersionMajor, httpVersionMinor, headers } = request;
  if (httpVersionMajor !== 1) return { status: 400, why: 'not a version of HTTP/1' };
  if (url.charCodeAt(0) !== 0x2f) return { status: 400, why: 'the request target is not a path' };
  if (url.length > URL_BYTES_MAX) return { status: 414, why: 'the request target is too long' };
  if (rawHeaders.length > HEADERS_MAX * 2) return { status: 431, why: `more than ${HEADERS_MAX} headers` };
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (hosts > 1) return { status: 400, why: 'two Host headers' };
  if (hosts === 0 && httpVersionMinor > 0) return { status: 400, why: 'no Host header' };
  if (httpVersionMinor === 0 && headers['transfer-encoding'] !== undefined)
    return { status: 400, why: 'a transfer coding on HTTP/1.0' };
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue')
    return { status: 417, why: 'an expectation other than 100-continue' };
  return undefined;
}
