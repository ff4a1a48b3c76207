import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { collect } from './collect.ts';
import { countingFetch } from './counting-fetch.ts';
import { type SdkWorld, startSdkWorld } from './sdk-world.ts';

let world: SdkWorld;
let anthropic: Anthropic;
beforeAll(async () => {
  world = await startSdkWorld();
  anthropic = new Anthropic({ baseURL: world.saola.url, apiKey: world.saola.key, maxRetries: 0 });
});
afterAll(() => world?.stop());
beforeEach(() => world.mock.control.reset());

const MODEL = 'anthropic/claude-sonnet';
const HELLO = [{ type: 'text', text: 'Hello from the mock.' }];
const WEATHER = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };
const CALLS = '[[mock:text Looking.]] [[mock:tool weather {"city":"Huế"}]] [[mock:tool weather {"city":"Vinh"}]]';
const WORDS = '[[mock:words 20]]';
const tools: Anthropic.Tool[] = [{ name: 'weather', input_schema: WEATHER }];
const ask = { model: MODEL, max_tokens: 99 };
const user = (content: string) => [{ role: 'user' as const, content }];

describe('messages', () => {
  test('unary, with the usage of the provider', async () => {
    const reply = await anthropic.messages.create({ ...ask, messages: user('hi') });
    expect(reply.content).toEqual(HELLO);
    expect(reply.usage).toMatchObject({ input_tokens: 8, cache_read_input_tokens: 3, output_tokens: 7 });
  });

  test('stream: one message from its start to its stop', async () => {
    const events = await collect(await anthropic.messages.create({ ...ask, stream: true, messages: user('hi') }));
    expect(events.filter(({ type }) => type === 'message_start')).toHaveLength(1);
    expect(events.at(-1)?.type).toBe('message_stop');
    const final = await anthropic.messages.stream({ ...ask, messages: user('hi') }).finalMessage();
    expect(final).toMatchObject({ content: HELLO, stop_reason: 'end_turn', usage: { output_tokens: 7 } });
  });

  test('parallel tools: the calls, their results, the final text', async () => {
    const final = await anthropic.messages.stream({ ...ask, tools, messages: user(CALLS) }).finalMessage();
    const calls = final.content.filter((block) => block.type === 'tool_use');
    expect(final.stop_reason).toBe('tool_use');
    expect(calls.map(({ input }) => input)).toEqual([{ city: 'Huế' }, { city: 'Vinh' }]);
    const results = calls.map(({ id }) => ({ type: 'tool_result' as const, tool_use_id: id, content: 'rain' }));
    const second = await anthropic.messages.create({
      ...ask,
      tools,
      messages: [...user(CALLS), { role: 'assistant', content: final.content }, { role: 'user', content: results }],
    });
    expect(second.content).toEqual([{ type: 'text', text: 'Done: rain\nrain' }]);
  });
});

test('count_tokens and models', async () => {
  expect(await anthropic.messages.countTokens({ model: MODEL, messages: user('hi') })).toEqual({ input_tokens: 11 });
  const ids = (await collect(anthropic.models.list())).map(({ id }) => id);
  expect(ids).toContain(MODEL);
  expect(await anthropic.models.retrieve(MODEL)).toMatchObject({ id: MODEL, type: 'model' });
});

describe('credentials', () => {
  test('x-api-key, as the SDK sends an apiKey', async () => {
    expect((await anthropic.messages.create({ ...ask, messages: user('hi') })).content).toEqual(HELLO);
    expect((await world.mock.control.onlyRequest()).key).toBe('sk-up-1');
  });

  test('Bearer, as the SDK sends an authToken', async () => {
    const { url, key } = world.saola;
    const client = new Anthropic({ baseURL: url, apiKey: null, authToken: key, maxRetries: 0 });
    expect((await client.messages.create({ ...ask, messages: user('hi') })).content).toEqual(HELLO);
    expect((await world.mock.control.onlyRequest()).key).toBe('sk-up-1');
  });

  test('x-goog-api-key', async () => {
    const { url, key } = world.saola;
    const defaultHeaders = { 'x-api-key': null, 'x-goog-api-key': key };
    const client = new Anthropic({ baseURL: url, apiKey: 'unused', maxRetries: 0, defaultHeaders });
    expect((await client.messages.create({ ...ask, messages: user('hi') })).content).toEqual(HELLO);
    expect((await world.mock.control.onlyRequest()).key).toBe('sk-up-1');
  });

  test('a wrong key is refused at the first call, although the SDK would try again', async () => {
    const counting = countingFetch();
    const stranger = new Anthropic({ baseURL: world.saola.url, apiKey: 'sk-wrong', fetch: counting.fetch });
    const call = stranger.messages.create({ ...ask, messages: user('hi') });
    await expect(call).rejects.toMatchObject({ status: 401, error: { error: { type: 'authentication_error' } } });
    expect(counting.calls()).toBe(1);
    expect(await world.mock.control.requests()).toEqual([]);
  });
});

describe('errors before the first byte', () => {
  test.each([
    ['test/limited', 429, 'rate_limit_error'],
    ['test/failing', 502, 'api_error'],
    ['test/overloaded', 529, 'overloaded_error'],
    ['test/wrong-upstream-key', 502, 'api_error'],
    ['test/too-long', 400, 'invalid_request_error'],
    ['anthropic/claude-sonet', 404, 'not_found_error'],
  ])('%s: %i %s', async (model, status, type) => {
    const expected = { status, error: { type: 'error', error: { type } } };
    const call = { ...ask, model, messages: user('hi') };
    await expect(anthropic.messages.create(call)).rejects.toMatchObject(expected);
    await expect(anthropic.messages.stream(call).finalMessage()).rejects.toMatchObject(expected);
  });

  test('the request id is that of the gateway', async () => {
    const call = anthropic.messages.create({ ...ask, model: 'no-such-model', messages: user('hi') });
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof Anthropic.NotFoundError)) throw new Error(`not a NotFoundError: ${String(error)}`);
    expect(error.requestID).toBe(error.headers.get('saola-request-id'));
    expect(error.requestID).not.toBeNull();
  });
});

describe('an answer that breaks off is never taken for a whole one', () => {
  test.each(['test/cut', 'test/ended-early', 'test/error-event'])('%s', async (model) => {
    let text = '';
    const streamed = anthropic.messages.stream({ ...ask, model, messages: user(WORDS) });
    streamed.on('text', (delta) => {
      text += delta;
    });
    await expect(streamed.finalMessage()).rejects.toThrow();
    expect(text).toMatch(/^word1 /);
  });
});
