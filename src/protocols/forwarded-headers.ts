import type { HeaderPairs } from '../canonical/exchange.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';

/** Request headers that pass to the upstream as they came; all others stay here. */
const REQUEST_NAMES = new Set([
  'openai-beta',
  'originator',
  'session-id',
  'thread-id',
  'session_id',
  'x-app',
  'x-client-request-id',
  'x-goog-api-client',
  'user-agent',
]);
const REQUEST_PREFIXES = ['anthropic-', 'x-claude-code-', 'x-stainless-', 'x-openai-', 'x-codex-', 'x-session-'];

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
    if (!REQUEST_NAMES.has(name) && !REQUEST_PREFIXES.some((prefix) => name.startsWith(prefix))) continue;
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
