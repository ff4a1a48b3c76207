import { expect, test } from 'vitest';
import { forwardedRequestHeaders } from './forwarded-headers.ts';

const PASS = [
  'openai-beta',
  'originator',
  'session-id',
  'thread-id',
  'session_id',
  'x-app',
  'x-client-request-id',
  'x-goog-api-client',
  'user-agent',
  'anthropic-beta',
  'anthropic-version',
  'x-claude-code-session-id',
  'x-stainless-lang',
  'x-openai-subagent',
  'x-codex-turn',
  'x-session-affinity',
];
const STAY = [
  'host',
  'authorization',
  'accept',
  'accept-encoding',
  'connection',
  'content-length',
  'cookie',
  'openai-beta-2',
  'openai-organization',
  'session',
  'thread-id2',
  'user',
  'x-api-key',
  'x-apps',
  'x-forwarded-for',
  'x-goog-api-key',
  'xanthropic-beta',
  'anthropic',
  '',
];

test.each([...PASS.map((name) => [name, true] as const), ...STAY.map((name) => [name, false] as const)])(
  '%s passes upstream: %s',
  (name, passes) => {
    const forwarded = forwardedRequestHeaders('openai-chat', [name, 'value'], false);
    expect(forwarded.slice(4)).toEqual(passes ? [name, 'value'] : []);
  },
);
