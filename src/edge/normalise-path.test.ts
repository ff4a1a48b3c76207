import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalisePath } from './normalise-path.ts';
import { isServed, ROUTES } from './route-table.ts';

function normal(raw: string): string {
  const result = normalisePath(raw, isServed);
  return 'fault' in result ? `fault: ${result.fault}` : result.path;
}

describe('paths that people paste', () => {
  test.each([
    ['/v1/chat/completions', '/v1/chat/completions'],
    ['/v1/chat/completions/', '/v1/chat/completions'],
    ['//v1//chat///completions', '/v1/chat/completions'],
    ['/chat/completions', '/v1/chat/completions'],
    ['/messages', '/v1/messages'],
    ['/messages/count_tokens', '/v1/messages/count_tokens'],
    ['/responses', '/v1/responses'],
    ['/embeddings', '/v1/embeddings'],
    ['/completions', '/v1/completions'],
    ['/models', '/v1/models'],
    ['/v1/v1/messages', '/v1/messages'],
    ['/v1/v1/v1/messages', '/v1/messages'],
    ['/v1/v1beta/models/gemini-2.5-pro:generateContent', '/v1beta/models/gemini-2.5-pro:generateContent'],
    ['/v1beta/v1beta/models', '/v1beta/models'],
    ['/v1beta/openai/chat/completions', '/v1/chat/completions'],
    ['/v1beta/openai/v1/chat/completions', '/v1/chat/completions'],
    ['/v1beta/openai/models', '/v1/models'],
    ['/openai/v1/chat/completions', '/v1/chat/completions'],
    ['/openai/chat/completions', '/v1/chat/completions'],
    ['/anthropic/v1/messages', '/v1/messages'],
    ['/anthropic/messages', '/v1/messages'],
    ['/gemini/v1beta/models/g:countTokens', '/v1beta/models/g:countTokens'],
    ['/gemini/v1beta/openai/embeddings', '/v1/embeddings'],
    ['/api/v1/chat/completions', '/v1/chat/completions'],
    ['/api/v1/v1/messages/', '/v1/messages'],
    ['/models/gemini-2.5-pro:streamGenerateContent', '/v1/models/gemini-2.5-pro:streamGenerateContent'],
    ['/v1alpha/models/g:generateContent', '/v1alpha/models/g:generateContent'],
  ])('%s is %s', (raw, path) => {
    expect(normal(raw)).toBe(path);
  });
});

describe('paths that stay as they are', () => {
  test.each([
    '/',
    '/api/hello',
    '/healthz',
    '/api/keys',
    '/api/session',
    '/openai/openai/v1/messages',
    '/v1/chat',
    '/unknown',
    '/openai',
  ])('%s', (raw) => {
    expect(normalisePath(raw, isServed)).toEqual({ path: raw, alias: false });
  });
});

describe('model ids in paths', () => {
  test.each([
    ['/v1/models/a%2Fb', '/v1/models/a/b'],
    ['/v1/models/a%2fb', '/v1/models/a/b'],
    ['/models/openai%2Fgpt-4o-mini', '/v1/models/openai/gpt-4o-mini'],
    ['/v1/models/openai/gpt-4o-mini', '/v1/models/openai/gpt-4o-mini'],
    ['/v1beta/models/qwen3%3A8b:generateContent', '/v1beta/models/qwen3:8b:generateContent'],
    ['/v1/models/a%252Fb', '/v1/models/a%2Fb'],
  ])('%s is %s', (raw, path) => {
    expect(normal(raw)).toBe(path);
  });
});

describe('paths that are refused', () => {
  test.each([
    ['/v1/%2e%2e/metrics', 'dot segment'],
    ['/v1/../metrics', 'dot segment'],
    ['/v1/./messages', 'dot segment'],
    ['/v1/models/../messages', 'dot segment'],
    ['/v1/.%2E/messages', 'dot segment'],
    ['/v1%2Fmessages', 'encoded slash'],
    ['/v1/chat%2Fcompletions', 'encoded slash'],
    ['/openai%2fv1/messages', 'encoded slash'],
    ['/v1/messages%00', 'encoded NUL'],
    ['/v1/models/a%00b', 'encoded NUL'],
    ['/v1/models/%zz', 'invalid escape'],
    ['/v1/models/%ff', 'invalid escape'],
  ])('%s: %s', (raw, fault) => {
    expect(normal(raw)).toBe(`fault: ${fault}`);
  });
});

test('escapes outside a model id are not decoded, so that no other path can be meant', () => {
  expect(normal('/v1/%6dessages')).toBe('/v1/%6dessages');
});

test('a normalised path stays as it is', () => {
  const piece = fc.constantFrom(
    'v1',
    'v1beta',
    'openai',
    'api',
    'models',
    'messages',
    'chat',
    'a:generateContent',
    '',
    'x',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 7 }), (segments) => {
      const once = normalisePath(`/${segments.join('/')}`, isServed);
      if ('fault' in once) return;
      expect(normalisePath(once.path, isServed)).toEqual({ path: once.path, alias: false });
    }),
  );
});

test('every route is its own normal form, behind each prefix too', () => {
  for (const { path } of ROUTES) {
    const concrete = path.replace(/\{\w+\}/, 'vendor/name');
    expect(normal(concrete)).toBe(concrete);
    if (!concrete.startsWith('/v')) continue;
    for (const prefix of ['/openai', '/anthropic', '/gemini', '/api'])
      expect(normal(`${prefix}${concrete}`)).toBe(concrete);
  }
});
