import type { HeaderPairs } from '../canonical/exchange.ts';

/** Headers that carry credentials, or belong to the connection or to this hop; they stop here. */
const STOPPED = new Set([
  'authorization',
  'x-api-key',
  'cookie',
  'host',
  'connection',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'expect',
  'content-length',
  'content-encoding',
  'forwarded',
  'openai-organization',
  'openai-project',
]);

/**
 * The headers for the pipeline, credentials removed. A name with `_` is dropped, because another hop may read it as `-`;
 * the one exception is `session_id`, which is only ever a session id.
 */
export function headerPairs(headers: HeaderPairs): HeaderPairs {
  const pairs: HeaderPairs = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (!passes(name)) continue;
    // The presence of this one, not its value, tells the form of model lists.
    pairs.push(name, name === 'x-goog-api-key' ? '' : (headers[i + 1] as string));
  }
  return pairs;
}

function passes(name: string): boolean {
  if (STOPPED.has(name) || name.startsWith('x-forwarded-')) return false;
  return !name.includes('_') || name === 'session_id';
}
