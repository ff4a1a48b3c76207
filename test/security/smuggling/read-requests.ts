import { bodyReaderOf } from '../../../src/http1/body-reader-of.ts';
import { HeadBytes } from '../../../src/http1/head-bytes.ts';
import { isRequestFault, readRequestHead } from '../../../src/http1/request-head.ts';
import { readResponseHead } from '../../../src/http1/response-head.ts';

/** One message, in a form that two parsers can be compared by. */
export interface Message {
  /** Method and target, or status. */
  readonly start: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** The whole requests in these bytes, up to the first that is not sound. */
export function readRequests(bytes: Buffer): Message[] {
  const found: Message[] = [];
  let at = 0;
  while (at < bytes.length) {
    const result = new HeadBytes(16 * 1024).push(bytes, at);
    if (result.type !== 'whole') break;
    const head = readRequestHead(result.text);
    if (isRequestFault(head)) break;
    const body = readBody(bytes, result.rest, head.bodyLength);
    if (body === undefined) break;
    found.push({ start: `${head.method} ${head.target}`, headers: head.headers, body: body.text });
    at = body.end;
    if (!head.keepAlive) break;
  }
  return found;
}

/** The one reply in these bytes, which end with their connection; nothing may stand behind it. */
export function readReply(bytes: Buffer): Message | undefined {
  let at = 0;
  for (;;) {
    const result = new HeadBytes(16 * 1024, 'HTTP/1.').push(bytes, at);
    if (result.type !== 'whole') return undefined;
    const head = readResponseHead(result.text);
    if (typeof head === 'string' || head.encoding !== undefined) return undefined;
    at = result.rest;
    if (head.status < 200) continue;
    const body = readBody(bytes, at, head.bodyLength);
    return body?.end !== bytes.length
      ? undefined
      : { start: String(head.status), headers: head.headers, body: body.text };
  }
}

function readBody(bytes: Buffer, from: number, length: number | 'chunked' | 'until-close') {
  const body = bodyReaderOf(length);
  const left = Buffer.from(bytes.subarray(from));
  const end = from + body.take(left, 0);
  const whole = body.fault === undefined && (body.done || length === 'until-close');
  return whole ? { text: left.toString('latin1', body.start, body.end), end } : undefined;
}
