import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { collect } from './collect.ts';
import { countingFetch } from './counting-fetch.ts';
import { type SdkWorld, startSdkWorld } from './sdk-world.ts';

let world: SdkWorld;
let openai: OpenAI;
beforeAll(async () => {
  world = await startSdkWorld();
  openai = new OpenAI({ baseURL: `${world.saola.url}/v1`, apiKey: world.saola.key, maxRetries: 0 });
});
afterAll(() => world?.stop());
beforeEach(() => world.mock.control.reset());

const MODEL = 'openai/gpt-4o-mini';
const HELLO = 'Hello from the mock.';
const WEATHER = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const;
const CALL = '[[mock:text Looking.]] [[mock:tool weather {"city":"Huế"}]]';
const WORDS = '[[mock:words 20]]';
const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: WEATHER } }];
const user = (content: string) => [{ role: 'user' as const, content }];
const stream = (model: string, content = WORDS) =>
  openai.chat.completions.create({ model, stream: true, messages: user(content) });

describe('chat completions', () => {
  test('unary, with the usage of the provider', async () => {
    const reply = await openai.chat.completions.create({ model: MODEL, messages: user('hi') });
    expect(reply.choices[0]?.message.content).toBe(HELLO);
    expect(reply.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 });
    expect(reply.usage?.prompt_tokens_details?.cached_tokens).toBe(3);
  });

  test('stream: no usage chunk unless it was asked for', async () => {
    const plain = await collect(await stream(MODEL, 'hi'));
    expect(plain.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(HELLO);
    expect(plain.every((chunk) => chunk.choices.length === 1 && !chunk.usage)).toBe(true);
    const asked = await openai.chat.completions.create({
      model: MODEL,
      stream: true,
      stream_options: { include_usage: true },
      messages: user('hi'),
    });
    expect((await collect(asked)).at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 11 } });
  });

  test('tools: the call, its result, the final text', async () => {
    const streamed = openai.chat.completions.stream({ model: MODEL, messages: user(CALL), tools });
    const message = (await streamed.finalChatCompletion()).choices[0]?.message;
    const call = message?.tool_calls?.[0];
    expect(message?.content).toBe('Looking.');
    expect(call).toMatchObject({ type: 'function', function: { name: 'weather', arguments: '{"city":"Huế"}' } });
    const second = await openai.chat.completions.create({
      model: MODEL,
      tools,
      messages: [
        ...user(CALL),
        { role: 'assistant', tool_calls: call === undefined ? [] : [call] },
        { role: 'tool', tool_call_id: call?.id ?? '', content: 'rain' },
      ],
    });
    expect(second.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'Done: rain' } });
  });
});

describe('responses', () => {
  test('unary and stream', async () => {
    const reply = await openai.responses.create({ model: MODEL, input: 'hi' });
    expect(reply.output_text).toBe(HELLO);
    expect(reply.usage).toMatchObject({ input_tokens: 11, output_tokens: 7, total_tokens: 18 });
    const events = await collect(await openai.responses.create({ model: MODEL, input: 'hi', stream: true }));
    expect(events[0]?.type).toBe('response.created');
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { usage: { input_tokens: 11 } } });
  });

  test('tools: the call, its result, the final text', async () => {
    const declared = [{ type: 'function' as const, name: 'weather', parameters: WEATHER, strict: false }];
    const first = await openai.responses.stream({ model: MODEL, input: CALL, tools: declared }).finalResponse();
    const call = first.output.find((item) => item.type === 'function_call');
    expect(call).toMatchObject({ name: 'weather', arguments: '{"city":"Huế"}' });
    const second = await openai.responses.create({
      model: MODEL,
      tools: declared,
      input: [
        { role: 'user', content: CALL },
        { type: 'function_call', call_id: call?.call_id ?? '', name: 'weather', arguments: call?.arguments ?? '' },
        { type: 'function_call_output', call_id: call?.call_id ?? '', output: 'rain' },
      ],
    });
    expect(second.output_text).toBe('Done: rain');
  });
});

test('legacy completions, embeddings, models', async () => {
  const legacy = await openai.completions.create({ model: MODEL, prompt: 'hi' });
  expect(legacy.choices[0]?.text).toBe(HELLO);
  const vectors = await openai.embeddings.create({ model: 'openai/embed', input: ['a', 'b'] });
  expect(vectors.data.map(({ embedding }) => embedding.indexOf(1))).toEqual([0, 1]);
  const ids = (await collect(await openai.models.list())).map(({ id }) => id);
  expect(ids).toContain(MODEL);
  expect(ids).toContain('test/limited');
  expect(await openai.models.retrieve(MODEL)).toMatchObject({ id: MODEL, object: 'model' });
});

describe('credentials', () => {
  test.each(['authorization', 'x-api-key', 'x-goog-api-key'])('in %s', async (name) => {
    const { url, key } = world.saola;
    const value = name === 'authorization' ? `Bearer ${key}` : key;
    const client = new OpenAI({
      baseURL: `${url}/v1`,
      apiKey: 'unused',
      maxRetries: 0,
      defaultHeaders: { authorization: null, [name]: value },
    });
    const reply = await client.chat.completions.create({ model: MODEL, messages: user('hi') });
    expect(reply.choices[0]?.message.content).toBe(HELLO);
    expect((await world.mock.control.onlyRequest()).key).toBe('sk-up-1');
  });

  test('a wrong key is refused at the first call, although the SDK would try again', async () => {
    const counting = countingFetch();
    const stranger = new OpenAI({ baseURL: `${world.saola.url}/v1`, apiKey: 'sk-wrong', fetch: counting.fetch });
    const call = stranger.chat.completions.create({ model: MODEL, messages: user('hi') });
    await expect(call).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(counting.calls()).toBe(1);
    expect(await world.mock.control.requests()).toEqual([]);
  });
});

describe('errors before the first byte', () => {
  test.each([
    ['test/limited', { status: 429, code: 'rate_limit_exceeded', constructor: OpenAI.RateLimitError }],
    ['test/failing', { status: 502, code: 'upstream_error', constructor: OpenAI.InternalServerError }],
    ['test/overloaded', { status: 503, code: 'overloaded', constructor: OpenAI.InternalServerError }],
    ['test/wrong-upstream-key', { status: 502, code: 'upstream_credentials_exhausted' }],
    ['test/too-long', { status: 400, code: 'context_length_exceeded', constructor: OpenAI.BadRequestError }],
  ])('%s', async (model, expected) => {
    await expect(openai.chat.completions.create({ model, messages: user('hi') })).rejects.toMatchObject(expected);
    await expect(stream(model)).rejects.toMatchObject(expected);
  });

  test('an unknown model names the one that was meant', async () => {
    const call = openai.chat.completions.create({ model: 'openai/gpt-4o-mni', messages: user('hi') });
    await expect(call).rejects.toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
    await expect(call).rejects.toThrow('openai/gpt-4o-mini');
  });

  test('an overload that passes is not seen', async () => {
    const counting = countingFetch();
    const client = openai.withOptions({ fetch: counting.fetch });
    const reply = await client.chat.completions.create({ model: 'test/overloaded-once', messages: user('hi') });
    expect(reply.choices[0]?.message.content).toBe(HELLO);
    expect(counting.calls()).toBe(1);
    expect(await world.mock.control.requests()).toHaveLength(2);
  });
});

describe('an answer that breaks off is never taken for a whole one', () => {
  test.each(['test/cut', 'test/ended-early', 'test/error-event'])('%s', async (model) => {
    const words: string[] = [];
    const read = async () => {
      for await (const chunk of await stream(model)) words.push(chunk.choices[0]?.delta.content ?? '');
    };
    await expect(read()).rejects.toThrow();
    expect(words.join('')).toMatch(/^word1 /);
    const streamed = openai.responses.stream({ model, input: WORDS });
    await expect(streamed.finalResponse()).rejects.toThrow();
  });
});
