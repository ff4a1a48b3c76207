import { ApiError, GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { collect } from './collect.ts';
import { type SdkWorld, startSdkWorld } from './sdk-world.ts';

let world: SdkWorld;
let google: GoogleGenAI;
beforeAll(async () => {
  world = await startSdkWorld();
  google = new GoogleGenAI({ apiKey: world.saola.key, httpOptions: { baseUrl: world.saola.url } });
});
afterAll(() => world?.stop());
beforeEach(() => world.mock.control.reset());

const MODEL = 'google/gemini-flash';
const HELLO = 'Hello from the mock.';
const CALL = '[[mock:text Looking.]] [[mock:tool weather {"city":"Huế"}]]';
const WORDS = '[[mock:words 20]]';
const WEATHER = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const config = { tools: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: WEATHER }] }] };

describe('generate', () => {
  test('unary, with the usage of the provider', async () => {
    const reply = await google.models.generateContent({ model: MODEL, contents: 'hi' });
    expect(reply.text).toBe(HELLO);
    expect(reply.usageMetadata).toMatchObject({
      promptTokenCount: 11,
      cachedContentTokenCount: 3,
      totalTokenCount: 18,
    });
  });

  test('stream', async () => {
    const chunks = await collect(await google.models.generateContentStream({ model: MODEL, contents: 'hi' }));
    expect(chunks.map((chunk) => chunk.text ?? '').join('')).toBe(HELLO);
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
    expect(chunks.at(-1)?.usageMetadata?.candidatesTokenCount).toBe(7);
  });

  test('tools: the call, its result, the final text', async () => {
    const contents = [{ role: 'user', parts: [{ text: CALL }] }];
    const first = await google.models.generateContent({ model: MODEL, contents, config });
    expect(first.functionCalls?.[0]).toMatchObject({ name: 'weather', args: { city: 'Huế' } });
    const result = { functionResponse: { name: 'weather', response: { output: 'rain' } } };
    const second = await google.models.generateContent({
      model: MODEL,
      config,
      contents: [...contents, first.candidates?.[0]?.content ?? {}, { role: 'user', parts: [result] }],
    });
    expect(second.text).toBe('Done: rain');
  });
});

test('models', async () => {
  const names = (await collect(await google.models.list())).map(({ name }) => name);
  expect(names).toContain(`models/${MODEL}`);
});

describe('credentials', () => {
  test('x-goog-api-key, as the SDK sends it', async () => {
    expect((await google.models.generateContent({ model: MODEL, contents: 'hi' })).text).toBe(HELLO);
    const { key, headers } = await world.mock.control.onlyRequest();
    expect(key).toBe('sk-up-1');
    expect(JSON.stringify(headers)).not.toContain(world.saola.key);
  });

  test.each(['authorization', 'x-api-key'])('%s', async (name) => {
    const { url, key } = world.saola;
    const headers = { [name]: name === 'authorization' ? `Bearer ${key}` : key };
    const client = new GoogleGenAI({ apiKey: 'unused', httpOptions: { baseUrl: url, headers } });
    expect((await client.models.generateContent({ model: MODEL, contents: 'hi' })).text).toBe(HELLO);
    expect((await world.mock.control.onlyRequest()).key).toBe('sk-up-1');
  });

  // No official SDK of today puts the key into the query; Google's own curl examples did.
  test('?key=, which goes no further', async () => {
    const { url, key } = world.saola;
    const path = `/v1beta/models/${MODEL}:streamGenerateContent?alt=sse&key=${key}`;
    const body = JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'hi' }] }] });
    const reply = await fetch(`${url}${path}`, { method: 'POST', body });
    expect(reply.status).toBe(200);
    expect(await reply.text()).toContain('"finishReason":"STOP"');
    const request = await world.mock.control.onlyRequest();
    expect(request.path).not.toContain(key);
    expect(request.key).toBe('sk-up-1');
  });

  test('a wrong key', async () => {
    const stranger = new GoogleGenAI({ apiKey: 'wrong', httpOptions: { baseUrl: world.saola.url } });
    const call = stranger.models.generateContent({ model: MODEL, contents: 'hi' });
    await expect(call).rejects.toMatchObject({ status: 401, message: expect.stringContaining('UNAUTHENTICATED') });
    expect(await world.mock.control.requests()).toEqual([]);
  });
});

describe('errors before the first byte', () => {
  test.each([
    ['test/limited', 429, 'RESOURCE_EXHAUSTED'],
    ['test/failing', 502, 'UNAVAILABLE'],
    ['test/overloaded', 503, 'UNAVAILABLE'],
    ['test/wrong-upstream-key', 502, 'UNAVAILABLE'],
    ['test/too-long', 400, 'INVALID_ARGUMENT'],
    ['google/gemini-flas', 404, 'NOT_FOUND'],
  ])('%s: %i %s', async (model, status, word) => {
    const expected = { status, message: expect.stringContaining(word) };
    const unary = google.models.generateContent({ model, contents: 'hi' });
    await expect(unary).rejects.toBeInstanceOf(ApiError);
    await expect(unary).rejects.toMatchObject(expected);
    await expect(google.models.generateContentStream({ model, contents: 'hi' })).rejects.toMatchObject(expected);
  });
});

describe('an answer that breaks off is never taken for a whole one', () => {
  test.each(['test/cut', 'test/error-event'])('%s', async (model) => {
    const words: string[] = [];
    const read = async () => {
      const chunks = await google.models.generateContentStream({ model, contents: WORDS });
      for await (const chunk of chunks) words.push(chunk.text ?? '');
    };
    await expect(read()).rejects.toThrow();
    expect(words.join('')).toMatch(/^word1 /);
  });

  // This SDK takes a clean end for the end of the answer, so the gateway must not pass one on.
  test('test/ended-early, which the SDK itself would accept', async () => {
    const read = async () =>
      collect(await google.models.generateContentStream({ model: 'test/ended-early', contents: WORDS }));
    await expect(read()).rejects.toThrow();
  });
});
