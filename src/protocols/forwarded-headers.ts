import type { HeaderPairs } from '../canonical/exchange.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';

/** Request headers that pass to the upstream as they came, and beginnings of such; all others stay here. */
const REQUEST_NAMES = [
  'openai-beta',
  'originator',
  'session-id',
  'thread-id',
  'session_id',
  'x-app',
  'x-client-request-id',
  'x-goog-api-client',
  'user-agent',
];
const REQUEST_PREFIXES = ['anthropic-', 'x-claude-code-', 'x-stainless-', 'x-openai-', 'x-codex-', 'x-session-'];

/** Both by the first letter: most headers of a request begin with one that none of them has. */
const NAMES_BY_LETTER = byFirstLetter(REQUEST_NAMES);
const PREFIXES_BY_LETTER = byFirstLetter(REQUEST_PREFIXES);

function byFirstLetter(texts: readonly string[]): ReadonlyMap<number, readonly string[]> {
  return Map.groupBy(texts, (text) => text.charCodeAt(0));
}

function passesUp(name: string): boolean {
  const letter = name.charCodeAt(0);
  if (NAMES_BY_LETTER.get(letter)?.includes(name) === true) return true;
  const prefixes = PREFIXES_BY_LETTER.get(letter);
  if (prefixes === undefined) return false;
  for (const prefix of prefixes) if (name.startsWith(prefix)) return true;
  return false;
}

/** The caller's headers that go upstream, with the content type and version that the protocol needs. */
export function forwardedRequestHeaders(protocol: ProtocolId, headers: HeaderPairs, stream: boolean): HeaderPairs {
  const forwarded: HeaderPairs = [
    'content-type',
    'application/json',
    'accept',
    stream ? 'text/event-stream' : 'application/json',
  ];
  let version = false;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (!passesUp(name)) continue;
    if (name === 'anthropic-version') version = true;
    forwarded.push(name, headers[i + 1] as string);
  }
  if (protocol === 'anthropic-messages' && !version) forwarded.push('anthropic-version', '2023-06-01');
  return forwarded;
}

/** The upstream's headers that pass to the caller: an allowlist, since ids, limits and cookies of the provider are not theirs. */
export function forwardedReplyHeaders(headers: HeaderPairs): HeaderPairs {
  const forwarded: HeaderPairs = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const passes = name.startsWith('x-codex-') || (name.startsWith('anthropic-') && !isPrivate(name));
    if (passes) forwarded.push(name, headers[i + 1] as string);
  }
  return forwarded;
}

function isPrivate(name: string): boolean {
  return name.startsWith('anthropic-ratelimit-') || name === 'anthropic-organization-id';
}
