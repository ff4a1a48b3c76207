import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningMock, startMock } from '../../mock-provider/start.ts';
import { oneProvider, type RunningSaola, startSaola } from '../support/saola.ts';

let mock: RunningMock;
let saola: RunningSaola;

beforeAll(async () => {
  mock = await startMock();
  saola = await startSaola({ config: oneProvider(mock.url) });
});

afterAll(async () => {
  await saola?.stop();
  await mock?.stop();
});

const ENDPOINTS = [
  { name: 'chat', path: '/v1/chat/completions', body: { messages: [{ role: 'user', content: 'hi' }] } },
  { name: 'responses', path: '/v1/responses', body: { input: 'hi' } },
  { name: 'messages', path: '/v1/messages', body: { max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] } },
] as const;

async function post(path: string, body: unknown, key = saola.key) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${saola.url}${path}`, {
    method: 'POST',
    body: text,
    headers: { authorization: `Bearer ${key}` },
  });
  const answer = (await response.json()) as { error: { message: string; param?: string } };
  return { status: response.status, headers: response.headers, error: answer.error };
}

/** Nothing of a refused request may reach a provider. */
async function callsBy(act: () => Promise<unknown>): Promise<number> {
  await mock.control.reset();
  await act();
  return (await mock.control.requests()).length;
}

describe.each(ENDPOINTS)('$name', ({ path, body }) => {
  test('an unknown model names the ones that look alike', async () => {
    const calls = await callsBy(async () => {
      const { status, headers, error } = await post(path, { ...body, model: 'gpt-4o-mni' });
      expect(status).toBe(404);
      expect(headers.get('saola-error-code')).toBe('model_not_found');
      expect(headers.get('x-should-retry')).toBe('false');
      expect(error.message).toContain('Did you mean `openai/gpt-4o-mini`?');
    });
    expect(calls).toBe(0);
  });

  test.each([
    ['a key of no shape', 'nonsense'],
    ['a key of an other house', 'sk-abcdefghijklmnopqrstuvwxyz'],
  ])('%s is refused for good', async (_name, key) => {
    const { status, headers } = await post(path, { ...body, model: 'openai/gpt-4o-mini' }, key);
    expect(status).toBe(401);
    expect(headers.get('x-should-retry')).toBe('false');
  });

  test('a key with a wrong character is refused', async () => {
    const wrong = `${saola.key.slice(0, -1)}${saola.key.endsWith('A') ? 'B' : 'A'}`;
    expect((await post(path, { ...body, model: 'openai/gpt-4o-mini' }, wrong)).status).toBe(401);
  });

  test.each([
    ['no body', '', /empty/],
    ['half a body', '{"model":"openai/gpt-4o-mini","messages":[', /byte 42/],
    ['an array', '[1]', /not accepted/],
    ['a trailing comma', '{"model":"openai/gpt-4o-mini",}', /byte 30/],
    ['a comment', '{"model":"openai/gpt-4o-mini" /* x */}', /byte 30/],
    ['two models', '{"model":"openai/gpt-4o-mini","model":"other"}', /model|twice|duplicate/],
    ['65 levels', `{"model":"openai/gpt-4o-mini","x":${'['.repeat(65)}${']'.repeat(65)}}`, /deep|level|nest/],
    ['a number of 65 digits', `{"model":"openai/gpt-4o-mini","x":${'1'.repeat(65)}}`, /number/],
  ])('%s is a 400 that says where', async (_name, text, message) => {
    const calls = await callsBy(async () => {
      const { status, error } = await post(path, text);
      expect(status).toBe(400);
      expect(error.message).toMatch(message);
    });
    expect(calls).toBe(0);
  });

  test.each([
    ['model', 7],
    ['model', undefined],
    ['model', ''],
    ['stream', 'yes'],
  ] as const)('%s = %j is a 400 that names the field', async (field, value) => {
    const { status, error } = await post(path, { ...body, model: 'openai/gpt-4o-mini', [field]: value });
    expect(status).toBe(400);
    expect(error.message).toContain(`\`${field}\``);
    if (path !== '/v1/messages') expect(error.param).toBe(field);
  });

  test('a provider that answers with a page is a 502, not the page', async () => {
    await mock.control.reset();
    await mock.control.configure({ faults: [{ spec: 'garbage' }] });
    for (const stream of [false, true]) {
      const { status, error } = await post(path, { ...body, model: 'openai/gpt-4o-mini', stream });
      expect(status).toBe(502);
      expect(JSON.stringify(error)).not.toContain('<');
    }
    await mock.control.reset();
  });
});

test.each([
  ['/v1/chat/completions', 'max_tokens', { messages: [] }, 'a number'],
  ['/v1/chat/completions', 'stream_options', { messages: [] }, 'an object'],
  ['/v1/chat/completions', 'stream', { messages: [] }, 'true or false'],
  ['/v1/responses', 'max_output_tokens', { input: 'hi' }, 'a number'],
  ['/v1/messages', 'max_tokens', { messages: [] }, 'a number'],
])('%s: %s of a wrong type is named', async (path, field, body, kind) => {
  const { status, error } = await post(path, { ...body, model: 'openai/gpt-4o-mini', [field]: 'many' });
  expect(status).toBe(400);
  expect(error.message).toBe(`\`${field}\` must be ${kind}.`);
});
