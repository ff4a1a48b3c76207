import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningMock, startMock } from '../start.ts';

let mock: RunningMock;
let openai: OpenAI;
let anthropic: Anthropic;
let google: GoogleGenAI;
beforeAll(async () => {
  mock = await startMock(['--keys', 'sk-a,sk-b']);
  openai = new OpenAI({ baseURL: `${mock.url}/v1`, apiKey: 'sk-a', maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: mock.url, apiKey: 'sk-a', maxRetries: 0 });
  google = new GoogleGenAI({ apiKey: 'sk-b', httpOptions: { baseUrl: mock.url } });
});
afterAll(() => mock.stop());
beforeEach(() => mock.control.reset());

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of stream) {
    all.push(item);
  }
  return all;
}

const HELLO = 'Hello from the mock.';
const WEATHER = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const;
const CALL = '[[mock:text Looking.]] [[mock:tool weather {"city":"Huế"}]]';

describe('openai', () => {
  const user = (content: string) => [{ role: 'user' as const, content }];
  const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: WEATHER } }];

  test('chat, unary', async () => {
    const reply = await openai.chat.completions.create({ model: 'm', messages: user('hi') });
    expect(reply.choices[0]?.message.content).toBe(HELLO);
    expect(reply.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 });
    expect(reply.usage?.prompt_tokens_details?.cached_tokens).toBe(3);
  });

  test('chat, stream: usage only when asked, in a chunk of its own', async () => {
    const chunks = async (options: object) => {
      const stream = await openai.chat.completions.create({
        model: 'm',
        messages: user('hi'),
        stream: true,
        ...options,
      });
      return collect(stream);
    };
    const plain = await chunks({});
    expect(plain.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(HELLO);
    expect(plain.every((chunk) => !('usage' in chunk))).toBe(true);
    const asked = await chunks({ stream_options: { include_usage: true } });
    expect(asked.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 11 } });
    expect(asked.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
  });

  test('chat, tools: call, result, final text', async () => {
    const stream = openai.chat.completions.stream({ model: 'm', messages: user(CALL), tools });
    const message = (await stream.finalChatCompletion()).choices[0]?.message;
    const call = message?.tool_calls?.[0];
    expect(message?.content).toBe('Looking.');
    expect(call).toMatchObject({ type: 'function', function: { name: 'weather', arguments: '{"city":"Huế"}' } });
    const second = await openai.chat.completions.create({
      model: 'm',
      tools,
      messages: [
        ...user(CALL),
        { role: 'assistant', tool_calls: call === undefined ? [] : [call] },
        { role: 'tool', tool_call_id: call?.id ?? '', content: 'rain' },
      ],
    });
    expect(second.choices[0]?.message.content).toBe('Done: rain');
    expect(second.choices[0]?.finish_reason).toBe('stop');
  });

  test('chat, structured output and forced tool', async () => {
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer' } },
      required: ['n'],
      additionalProperties: false,
    };
    const reply = await openai.chat.completions.create({
      model: 'm',
      messages: user('hi'),
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema, strict: true } },
    });
    expect(reply.choices[0]?.message.content).toBe('{"n":0}');
    const forced = await openai.chat.completions.create({
      model: 'm',
      messages: user('hi'),
      tools,
      tool_choice: 'required',
    });
    expect(forced.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { arguments: '{"city":""}' } });
  });

  test('responses: unary, stream, tools', async () => {
    const reply = await openai.responses.create({ model: 'm', input: 'hi' });
    expect(reply.output_text).toBe(HELLO);
    expect(reply.usage).toMatchObject({ input_tokens: 11, output_tokens: 7, total_tokens: 18 });
    const stream = openai.responses.stream({
      model: 'm--think',
      input: CALL,
      tools: [{ type: 'function', name: 'weather', parameters: WEATHER, strict: false }],
    });
    const types: string[] = [];
    for await (const event of stream) {
      types.push(event.type);
    }
    const final = await stream.finalResponse();
    expect(final.output.map((item) => item.type)).toEqual(['reasoning', 'message', 'function_call']);
    expect(types.slice(0, 3)).toEqual(['response.created', 'response.in_progress', 'response.output_item.added']);
    expect(types.at(-1)).toBe('response.completed');
  });

  test('legacy completions, embeddings, models', async () => {
    const legacy = await openai.completions.create({ model: 'm', prompt: 'hi' });
    expect(legacy.choices[0]?.text).toBe(HELLO);
    const vectors = await openai.embeddings.create({ model: 'e', input: ['a', 'b'] });
    expect(vectors.data.map((item) => item.embedding)).toEqual([
      [1, 0, 0, 0, 0, 0, 0, 0],
      [0, 1, 0, 0, 0, 0, 0, 0],
    ]);
    expect((await openai.models.list()).data[0]?.id).toBe('gpt-4o-mini');
    expect((await openai.models.retrieve('gpt-4o-mini')).id).toBe('gpt-4o-mini');
  });

  test('errors', async () => {
    const failing = (model: string, client = openai) => client.chat.completions.create({ model, messages: user('hi') });
    await expect(failing('m--429')).rejects.toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    await expect(failing('m--billing')).rejects.toMatchObject({ status: 429, code: 'insufficient_quota' });
    const stranger = new OpenAI({ baseURL: `${mock.url}/v1`, apiKey: 'sk-x', maxRetries: 0 });
    await expect(failing('m', stranger)).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
  });
});

describe('anthropic', () => {
  const ask = { model: 'm', max_tokens: 99 };
  const user = (content: string) => [{ role: 'user' as const, content }];
  const tools = [{ name: 'weather', input_schema: WEATHER }] as unknown as Anthropic.Tool[];

  test('unary and count_tokens', async () => {
    const reply = await anthropic.messages.create({ ...ask, messages: user('hi') });
    expect(reply.content).toEqual([{ type: 'text', text: HELLO }]);
    expect(reply.usage).toMatchObject({ input_tokens: 8, cache_read_input_tokens: 3, output_tokens: 7 });
    expect(await anthropic.messages.countTokens({ model: 'm', messages: user('hi') })).toEqual({ input_tokens: 11 });
  });

  test('stream with thinking and parallel tools, then the result', async () => {
    const messages = user(`${CALL} [[mock:tool weather {"city":"Vinh"}]]`);
    const final = await anthropic.messages.stream({ ...ask, model: 'm--think', tools, messages }).finalMessage();
    expect(final.content.map((block) => block.type)).toEqual(['thinking', 'text', 'tool_use', 'tool_use']);
    expect(final.stop_reason).toBe('tool_use');
    expect(final.usage).toMatchObject({ input_tokens: 8, cache_creation_input_tokens: 0, output_tokens: 7 });
    const results = final.content
      .filter((block) => block.type === 'tool_use')
      .map((block) => ({ type: 'tool_result' as const, tool_use_id: block.id, content: 'rain' }));
    expect(results).toHaveLength(2);
    expect(new Set(results.map((result) => result.tool_use_id)).size).toBe(2);
    const second = await anthropic.messages.create({
      ...ask,
      tools,
      messages: [...messages, { role: 'assistant', content: final.content }, { role: 'user', content: results }],
    });
    expect(second.content).toEqual([{ type: 'text', text: 'Done: rain\nrain' }]);
  });

  test('stop sequence, errors, error event', async () => {
    const stopped = await anthropic.messages.create({ ...ask, messages: user('hi'), stop_sequences: [' the'] });
    expect(stopped).toMatchObject({
      stop_reason: 'stop_sequence',
      stop_sequence: ' the',
      content: [{ text: 'Hello from' }],
    });
    await expect(anthropic.messages.create({ ...ask, model: 'm--toolong', messages: user('hi') })).rejects.toThrow(
      'prompt is too long',
    );
    const stream = anthropic.messages.stream({ ...ask, model: 'm--err4', messages: user('hi') });
    await expect(stream.finalMessage()).rejects.toThrow('overloaded_error');
  });

  test('models', async () => {
    const page = await anthropic.models.list();
    expect(page.data.map((model) => model.id)).toContain('claude-sonnet-4-6');
  });
});

describe('google', () => {
  const declaration = { name: 'weather', parametersJsonSchema: WEATHER };

  test('unary, stream, count', async () => {
    const reply = await google.models.generateContent({ model: 'm', contents: 'hi' });
    expect(reply.text).toBe(HELLO);
    expect(reply.usageMetadata).toMatchObject({
      promptTokenCount: 11,
      cachedContentTokenCount: 3,
      totalTokenCount: 18,
    });
    const stream = await google.models.generateContentStream({ model: 'vendor/m', contents: 'hi' });
    const chunks = await collect(stream);
    expect(chunks.map((chunk) => chunk.text).join('')).toBe(HELLO);
    expect(chunks.map((chunk) => chunk.usageMetadata?.candidatesTokenCount)).toEqual([1, 3, 5, 7]);
    expect((await google.models.countTokens({ model: 'm', contents: 'hi' })).totalTokens).toBe(11);
  });

  test('tools and the result', async () => {
    const config = { tools: [{ functionDeclarations: [declaration] }] };
    const contents = [{ role: 'user', parts: [{ text: CALL }] }];
    const reply = await google.models.generateContent({ model: 'm', contents, config });
    expect(reply.functionCalls?.[0]).toMatchObject({ name: 'weather', args: { city: 'Huế' } });
    const parts = [{ functionResponse: { name: 'weather', response: { output: 'rain' } } }];
    const second = await google.models.generateContent({
      model: 'm',
      config,
      contents: [...contents, reply.candidates?.[0]?.content ?? {}, { role: 'user', parts }],
    });
    expect(second.text).toBe('Done: rain');
  });

  test('structured output and errors', async () => {
    const responseSchema = {
      type: 'OBJECT',
      properties: { pick: { type: 'STRING', enum: ['flash', 'pro'] } },
      required: ['pick'],
    };
    const config = { responseMimeType: 'application/json', responseSchema } as object;
    expect((await google.models.generateContent({ model: 'm', contents: 'hi', config })).text).toBe('{"pick":"flash"}');
    await expect(google.models.generateContent({ model: 'm--503', contents: 'hi' })).rejects.toMatchObject({
      status: 503,
    });
  });
});
