import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { expect, it } from 'vitest';
import type { UpstreamExchange, UpstreamRequest } from '../canonical/exchange.ts';
import { sendToSandbox } from './sandbox.ts';

/** A request as the pipeline would send it to the sandbox. */
function sandboxRequest(path: string, body: string): UpstreamRequest {
  return {
    target: {
      providerId: 'sandbox',
      baseUrl: 'sandbox:',
      auth: { type: 'none' },
      extraHeaders: [],
      allowPrivateNetwork: false,
      vendor: false,
    },
    providerKeyId: undefined,
    method: 'POST',
    path,
    headers: [],
    body: body === '' ? [] : [Buffer.from(body.slice(0, 5)), Buffer.from(body.slice(5))],
    timeouts: { connectMs: 1, headersMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 1 },
  };
}

/** A `fetch` for official SDKs that asks the sandbox; `root` is the part of the base URL that a target would hold. */
function sandboxFetch(root: string): typeof fetch {
  return (input, init) =>
    new Promise((resolve) => {
      const path = String(input).slice(root.length);
      const chunks: Uint8Array[] = [];
      let head: ResponseInit = {};
      sendToSandbox(sandboxRequest(path, String(init?.body ?? '')), {
        head(status, headers) {
          head = { status, headers: [[headers[0] ?? '', headers[1] ?? '']] };
        },
        data: (chunk) => chunks.push(chunk),
        end: () => resolve(new Response(Buffer.concat(chunks), head)),
        fail: () => undefined,
      });
    });
}

function ask(path: string, body: unknown): Promise<{ status: number; text: string }> {
  return sandboxFetch('')(path, { body: JSON.stringify(body) }).then(async (response) => {
    return { status: response.status, text: await response.text() };
  });
}

const OPENAI_ROOT = 'http://sandbox/v1';
const openai = new OpenAI({ apiKey: 'x', baseURL: OPENAI_ROOT, fetch: sandboxFetch(OPENAI_ROOT), maxRetries: 0 });
const anthropic = new Anthropic({
  apiKey: 'x',
  baseURL: 'http://sandbox',
  fetch: sandboxFetch('http://sandbox'),
  maxRetries: 0,
});
const TEXT = 'Xin chào, this is echoed.';
const messages = [
  { role: 'user' as const, content: 'older' },
  { role: 'assistant' as const, content: 'reply' },
  { role: 'user' as const, content: TEXT },
];

it('chat: echoes the newest user text, whole and streamed, with usage', async () => {
  const reply = await openai.chat.completions.create({ model: 'sandbox/echo', messages });
  expect(reply).toMatchObject({ model: 'sandbox/echo', id: expect.stringMatching(/^sandbox-/) });
  expect(reply.choices[0]).toMatchObject({ message: { content: TEXT }, finish_reason: 'stop' });
  expect(reply.usage).toMatchObject({ completion_tokens: Math.ceil(Buffer.byteLength(TEXT) / 4) });
  const stream = openai.chat.completions.stream({ model: 'echo', messages, stream_options: { include_usage: true } });
  const final = await stream.finalChatCompletion();
  expect(final.choices[0]?.message.content).toBe(TEXT);
  expect(final.usage).toEqual({ ...reply.usage, prompt_tokens: expect.any(Number), total_tokens: expect.any(Number) });
  const plain = await ask('/chat/completions', { model: 'echo', messages, stream: true });
  expect(plain.text).not.toContain('usage');
  expect(plain.text).toMatch(/data: \[DONE\]\n\n$/);
});

it('completions: whole and streamed', async () => {
  const reply = await openai.completions.create({ model: 'echo', prompt: TEXT });
  expect(reply.choices[0]).toMatchObject({ text: TEXT, finish_reason: 'stop' });
  let text = '';
  for await (const chunk of await openai.completions.create({ model: 'echo', prompt: [TEXT], stream: true })) {
    text += chunk.choices[0]?.text ?? '';
  }
  expect(text).toBe(TEXT);
});

it('responses: whole and streamed, complete and cut by the maximum', async () => {
  const input = [{ role: 'user' as const, content: [{ type: 'input_text' as const, text: TEXT }] }];
  const reply = await openai.responses.create({ model: 'echo', input });
  expect(reply).toMatchObject({ status: 'completed', output_text: TEXT, model: 'sandbox/echo' });
  expect(reply.usage?.total_tokens).toBe((reply.usage?.input_tokens ?? 0) + (reply.usage?.output_tokens ?? 0));
  const streamed = await openai.responses.stream({ model: 'echo', input: TEXT }).finalResponse();
  expect(streamed.output_text).toBe(TEXT);
  const cut = await openai.responses.create({ model: 'lorem', input: TEXT, max_output_tokens: 4 });
  expect(cut).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
});

it('messages: whole, streamed, counted, and cut by the maximum', async () => {
  const reply = await anthropic.messages.create({ model: 'echo', max_tokens: 100, messages });
  expect(reply).toMatchObject({
    content: [{ type: 'text', text: TEXT }],
    stop_reason: 'end_turn',
    model: 'sandbox/echo',
  });
  const final = await anthropic.messages.stream({ model: 'echo', max_tokens: 100, messages }).finalMessage();
  expect(final).toMatchObject({
    content: [{ type: 'text', text: TEXT }],
    usage: { output_tokens: reply.usage.output_tokens },
  });
  expect((await anthropic.messages.countTokens({ model: 'echo', messages })).input_tokens).toBeGreaterThan(0);
  const cut = await anthropic.messages.create({ model: 'lorem', max_tokens: 3, messages });
  expect(cut).toMatchObject({ content: [{ text: 'Lorem ipsum' }], stop_reason: 'max_tokens' });
});

it('gemini: whole, as events, as an array, and counted', async () => {
  const body = { contents: [{ role: 'user', parts: [{ text: TEXT }] }] };
  const texts = (parts: { candidates: { content: { parts: { text: string }[] } }[] }[]) =>
    parts.map((part) => part.candidates[0]?.content.parts[0]?.text).join('');
  const whole = JSON.parse((await ask('/v1beta/models/echo:generateContent', body)).text);
  expect(texts([whole])).toBe(TEXT);
  expect(whole).toMatchObject({ modelVersion: 'sandbox/echo', candidates: [{ finishReason: 'STOP' }] });
  const events = (await ask('/v1beta/models/echo:streamGenerateContent?alt=sse', body)).text.trim().split('\r\n\r\n');
  expect(texts(events.map((event) => JSON.parse(event.replace('data: ', ''))))).toBe(TEXT);
  expect(texts(JSON.parse((await ask('/v1/models/sandbox%2Fecho:streamGenerateContent', body)).text))).toBe(TEXT);
  expect(JSON.parse((await ask('/v1beta/models/echo:countTokens', body)).text)).toEqual({
    totalTokens: expect.any(Number),
  });
});

it('unknown models, unknown paths and bodies that are no object are errors in the own shape', async () => {
  expect(await ask('/chat/completions', { model: 'gpt' })).toMatchObject({ status: 404 });
  expect(await ask('/v1/messages', { model: 'gpt' })).toMatchObject({
    status: 404,
    text: expect.stringContaining('not_found_error'),
  });
  expect(await ask('/v1beta/models/gpt:generateContent', {})).toMatchObject({ status: 404 });
  expect(await ask('/nothing', {})).toMatchObject({ status: 404 });
  for (const body of [[], 'x', null, 1]) expect((await ask('/v1/messages', body)).status).toBe(400);
});

it('lorem arrives word by word; an abort silences it and a pause holds it', async () => {
  const started = performance.now();
  const arrivals: number[] = [];
  let running: UpstreamExchange | undefined;
  await new Promise<void>((resolve) => {
    const body = JSON.stringify({ model: 'lorem', messages, stream: true });
    running = sendToSandbox(sandboxRequest('/chat/completions', body), {
      head: () => running?.pause(),
      data() {
        arrivals.push(performance.now() - started);
        if (arrivals.length === 5) resolve();
      },
      end: () => undefined,
      fail: () => undefined,
    });
    setImmediate(() => setImmediate(() => running?.resume()));
  });
  running?.abort();
  running?.resume();
  expect(arrivals.at(-1)).toBeGreaterThan(80);
  // tidy-allow sleep: silence itself is tested, over the pauses of two words
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(arrivals).toHaveLength(5);
});
