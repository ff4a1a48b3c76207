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

/** Names as clients write them, and what becomes of them; clients use few. `undefined`: the header stops here. */
const known = new Map<string, string | undefined>();
const KNOWN_MAX = 1_024;
const KNOWN_CHARS_MAX = 64;

/**
 * The headers for the pipeline: lower-case names, credentials removed. A name with `_` is dropped, because another hop
 * may read it as `-`; the one exception is `session_id`, which is only ever a session id.
 */
export function headerPairs(rawHeaders: readonly string[]): HeaderPairs {
  const pairs: HeaderPairs = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const raw = rawHeaders[i] as string;
    const name = known.get(raw) ?? (known.has(raw) ? undefined : learn(raw));
    if (name === undefined) continue;
    // The presence of this one, not its value, tells the form of model lists.
    pairs.push(name, name === 'x-goog-api-key' ? '' : (rawHeaders[i + 1] as string));
  }
  return pairs;
}

function learn(raw: string): string | undefined {
  const name = passingName(raw.toLowerCase());
  if (known.size < KNOWN_MAX && raw.length <= KNOWN_CHARS_MAX) known.set(raw, name);
  return name;
}

function passingName(name: string): string | undefined {
  if (STOPPED.has(name) || name.startsWith('x-forwarded-')) return undefined;
  return name.includes('_') && name !== 'session_id' ? undefined : name;
}
