import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { UTF8_TEXT } from '../answer/plan-answer.ts';
import { type RunningMock, startMock } from '../start.ts';
import { type RawExchange, rawExchange, unchunk } from './raw-http.ts';

let mock: RunningMock;
beforeAll(async () => {
  mock = await startMock();
});
afterAll(() => mock.stop());
beforeEach(() => mock.control.reset());

const messages = [{ role: 'user', content: 'hi' }];
const chat = (fault: string, stream: boolean, more: object = {}): Promise<RawExchange> =>
  rawExchange({
    port: mock.port,
    path: '/v1/chat/completions',
    body: { model: `m--${fault}`, stream, messages, stream_options: { include_usage: true } },
    ...more,
  });
const claude = (fault: string, body: object = {}): Promise<RawExchange> =>
  rawExchange({
    port: mock.port,
    path: '/v1/messages',
    body: { model: `m--${fault}`, stream: true, messages, ...body },
  });
const gemini = (fault: string, verb = 'streamGenerateContent?alt=sse'): Promise<RawExchange> =>
  rawExchange({
    port: mock.port,
    path: `/v1beta/models/m--${fault}:${verb}`,
    body: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
  });
const events = (exchange: RawExchange): string[] => exchange.body.split('\n\n').filter(Boolean);
const status = (exchange: RawExchange): number => Number(exchange.head.split(' ')[1]);

describe('replies instead of an answer', () => {
  test('any status has the native body of its dialect, and Retry-After when asked', async () => {
    const openai = await chat('429ra7', false);
    expect(status(openai)).toBe(429);
    expect(openai.head).toContain('retry-after: 7');
    expect(JSON.parse(openai.body).error.code).toBe('rate_limit_exceeded');
    const anthropic = await claude('529');
    expect(status(anthropic)).toBe(529);
    expect(JSON.parse(anthropic.body)).toMatchObject({ type: 'error', error: { type: 'overloaded_error' } });
    const google = await gemini('429ra2');
    expect(JSON.parse(google.body).error).toMatchObject({
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      details: [{ retryDelay: '2s' }],
    });
    const array = await gemini('500', 'streamGenerateContent');
    expect(JSON.parse(array.body)[0].error.code).toBe(500);
  });

  test('xN counts the first N calls of one model, and a list is worked off in order', async () => {
    const seen: string[] = [];
    for (let call = 0; call < 4; call += 1) {
      const exchange = await chat('503x2+cut1x1', true);
      seen.push(`${status(exchange)} ${exchange.complete}`);
    }
    expect(seen).toEqual(['503 true', '503 true', '200 false', '200 true']);
    const other = await rawExchange({
      port: mock.port,
      path: '/v1/chat/completions',
      body: { model: 'n--503x2', messages },
    });
    expect(status(other)).toBe(503);
  });

  test.each([
    ['html502', 502, 'text/html'],
    ['garbage', 200, 'text/html'],
    ['empty', 200, 'text/event-stream'],
  ])('%s is no answer of the protocol', async (fault, code, type) => {
    const exchange = await chat(fault, true);
    expect(status(exchange)).toBe(code);
    expect(exchange.head).toContain(`content-type: ${type}`);
    expect(exchange.body.startsWith('<!DOCTYPE')).toBe(fault !== 'empty');
    expect(exchange.complete).toBe(true);
  });

  test('reset closes the connection with a TCP reset and without a byte', async () => {
    const exchange = await chat('reset', false);
    expect(exchange.closed).toBe('ECONNRESET');
    expect(exchange.wire.length).toBe(0);
  });

  test.each([
    ['toolong', 'openai', 400, 'context_length_exceeded'],
    ['toolong', 'anthropic', 400, 'prompt is too long: 210000 tokens > 200000 maximum'],
    ['toolong', 'gemini', 400, 'exceeds the maximum number of tokens allowed (1048576)'],
    ['billing', 'openai', 429, 'insufficient_quota'],
    ['billing', 'anthropic', 400, 'credit balance is too low'],
    ['billing', 'gemini', 429, 'PerDay'],
    ['policy', 'openai', 400, 'content_policy_violation'],
    ['badkey', 'openai', 401, 'invalid_api_key'],
    ['badkey', 'anthropic', 401, 'authentication_error'],
    ['badkey', 'gemini', 401, 'UNAUTHENTICATED'],
    ['badkey400', 'gemini', 400, 'INVALID_ARGUMENT'],
  ])('%s for %s is worded as the vendor does', async (fault, family, code, words) => {
    const exchange = await {
      openai: () => chat(fault, false),
      anthropic: () => claude(fault),
      gemini: () => gemini(fault),
    }[family as 'openai']();
    expect(status(exchange)).toBe(code);
    expect(exchange.body).toContain(words);
  });

  test('midsys, adaptive and noctxmgmt refuse only requests that use the feature', async () => {
    const fault = 'midsys+adaptive+noctxmgmt';
    expect(status(await claude(fault))).toBe(200);
    expect((await claude(fault, { thinking: { type: 'adaptive' } })).body).toContain("Input tag 'adaptive'");
    expect((await claude(fault, { context_management: {} })).body).toContain('Extra inputs are not permitted');
    const mid = await claude(fault, { messages: [...messages, { role: 'system', content: 'x' }] });
    expect(mid.body).toContain('Unexpected role');
  });

  test('noretry adds the header that forbids retries', async () => {
    expect((await chat('500+noretry', false)).head).toContain('x-should-retry: false');
    expect((await chat('500', false)).head).not.toContain('x-should-retry');
  });
});

describe('answers that end in a wrong way', () => {
  test('cutN closes the socket after N events, without the final chunk', async () => {
    const exchange = await chat('cut2', true);
    expect(events(exchange)).toHaveLength(2);
    expect(exchange.complete).toBe(false);
  });

  test('cut of an unary reply sends half of the declared length', async () => {
    const exchange = await chat('cut', false);
    expect(exchange.complete).toBe(false);
    expect(exchange.body.length).toBeGreaterThan(100);
  });

  test('eofN ends cleanly after N events, without terminator', async () => {
    const exchange = await chat('eof2', true);
    expect(events(exchange)).toHaveLength(2);
    expect(exchange.complete).toBe(true);
  });

  test('stallN sends N events and then nothing, with the socket open', async () => {
    const exchange = await chat('stall2', true, { quietMs: 300 });
    expect(events(exchange)).toHaveLength(2);
    expect(exchange.closed).toBe('open');
    const [request] = await mock.control.requests({ aborted: true, wait: 1 });
    expect(request?.aborted).toBe(true);
  });

  test('errN sends the native error event after N events', async () => {
    expect(events(await chat('err2', true)).at(-1)).toContain('"type":"server_error"');
    expect(events(await claude('err2')).at(-1)).toMatch(/^event: error\ndata: \{"type":"error","error":\{"type":"over/);
    const array = JSON.parse((await gemini('err1', 'streamGenerateContent')).body);
    expect(array).toHaveLength(2);
    expect(array[1].error.code).toBe(503);
  });

  test('badjsonN breaks the data of event N only', async () => {
    const texts = events(await chat('badjson2', true)).map((event) => event.replace(/^data: /, ''));
    expect(() => JSON.parse(texts[1] ?? '')).toThrow();
    expect(() => JSON.parse(texts[2] ?? '')).not.toThrow();
    const unary = await chat('badjson', false);
    expect(unary.complete).toBe(true);
    expect(() => JSON.parse(unary.body)).toThrow();
  });

  test('nodone leaves out the terminator and ends cleanly', async () => {
    const openai = await chat('nodone', true);
    expect(openai.body).not.toContain('[DONE]');
    expect(openai.complete).toBe(true);
    expect((await claude('nodone')).body).not.toContain('message_stop');
    const google = await gemini('nodone');
    expect(google.body).not.toContain('finishReason');
  });
});

describe('answers that say something else', () => {
  test('emptymsg has no content, with a finish', async () => {
    expect(JSON.parse((await chat('emptymsg', false)).body).choices[0]).toMatchObject({
      message: { content: null },
      finish_reason: 'stop',
    });
    expect((await claude('emptymsg')).body).not.toContain('content_block_start');
  });

  test('nousage, zerousage and bignum change the usage', async () => {
    expect((await chat('nousage', true)).body).not.toContain('"usage"');
    expect((await claude('nousage')).body).not.toContain('"usage"');
    expect(JSON.parse((await chat('zerousage', false)).body).usage).toMatchObject({
      prompt_tokens: 0,
      total_tokens: 0,
    });
    expect((await chat('bignum', false)).body).toContain('"prompt_tokens":9007199254740993');
  });

  test('noid leaves out every id', async () => {
    const tools = [{ name: 'f', input_schema: { type: 'object' } }];
    const prompt = [{ role: 'user', content: '[[mock:tool f {}]]' }];
    for (const exchange of [await chat('noid', true), await claude('noid', { tools, messages: prompt })]) {
      expect(exchange.body).not.toContain('"id"');
    }
  });

  test('noping leaves out the ping', async () => {
    expect((await claude('noretry')).body).toContain('event: ping');
    expect((await claude('noping')).body).not.toContain('"ping"');
  });

  test.each([
    ['lenstop', 'length', 'max_tokens', 'MAX_TOKENS'],
    ['filter', 'content_filter', 'refusal', 'SAFETY'],
  ])('%s changes the finish reason', async (fault, openai, anthropic, google) => {
    expect(JSON.parse((await chat(fault, false)).body).choices[0].finish_reason).toBe(openai);
    expect((await claude(fault)).body).toContain(`"stop_reason":"${anthropic}"`);
    expect((await gemini(fault)).body).toContain(`"finishReason":"${google}"`);
  });

  test('think puts thinking before the answer', async () => {
    expect(JSON.parse((await chat('think', false)).body).choices[0].message.reasoning_content).toContain('think');
    expect((await claude('think')).body).toMatch(/thinking_delta[\s\S]+signature_delta[\s\S]+text_delta/);
    expect((await gemini('think')).body).toContain('"thought":true');
  });
});

describe('the same answer in other bytes', () => {
  test('slow delays the head, slowbody the body', async () => {
    expect((await chat('slow300', false)).headAtMs).toBeGreaterThanOrEqual(299);
    const body = await chat('slowbody300', false);
    expect(body.headAtMs).toBeLessThan(250);
    expect(body.bodyAtMs - body.headAtMs).toBeGreaterThanOrEqual(250);
  });

  test('drip sends one byte a chunk', async () => {
    const exchange = await chat('drip', true);
    const [, ...chunks] = exchange.wire.toString('latin1').split('\r\n1\r\n');
    expect(chunks.length).toBe(Buffer.byteLength(exchange.body));
    expect(exchange.body).toContain('[DONE]');
  });

  test('splitutf8 cuts inside characters', async () => {
    const exchange = await chat('splitutf8', true);
    const text = events(exchange).flatMap(
      (event) => JSON.parse(event.replace(/^data: (\[DONE\])?/, '') || '{}').choices?.[0]?.delta.content ?? [],
    );
    expect(text.join('')).toBe(UTF8_TEXT);
    const wire = exchange.wire.toString('latin1');
    const lone = wire.match(/[\xc0-\xff]\r\n/g) ?? [];
    expect(lone.length).toBe(UTF8_TEXT.match(/[^\p{ASCII}]/gu)?.length);
  });

  test('gzip answers compressed although identity was asked for', async () => {
    for (const stream of [true, false]) {
      const exchange = await chat('gzip', stream, { headers: { 'accept-encoding': 'identity' } });
      expect(exchange.head).toContain('content-encoding: gzip');
      const at = exchange.wire.indexOf('\r\n\r\n') + 4;
      const bytes = Buffer.from(unchunk(exchange.wire.subarray(at).toString('latin1')).body, 'latin1');
      expect(gunzipSync(bytes).toString()).toContain('Hello');
    }
  });

  test('crlf, cr, bom and comment change the framing only', async () => {
    expect((await claude('crlf')).body).toMatch(/^event: message_start\r\ndata: .+\r\n\r\nevent/);
    const cr = (await claude('cr')).body;
    expect(cr).toContain('event: message_start\rdata:');
    expect(cr).not.toContain('\n');
    expect((await chat('bom', true)).body.startsWith('\ufeffdata: ')).toBe(true);
    expect((await chat('comment', true)).body).toMatch(/^: mock\n\ndata: .+\n\n: mock/);
  });
});

test('stale resets a kept connection when the next request comes on it', async () => {
  const request = (model: string) => {
    const body = JSON.stringify({ model, messages });
    return `POST /v1/chat/completions HTTP/1.1\r\nhost: m\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  };
  const closed = await new Promise<string>((resolve) => {
    let replies = 0;
    const socket = connect(mock.port, '127.0.0.1', () => socket.write(request('m--stale')));
    socket.on('data', () => {
      replies += 1;
      socket.write(request('m'));
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(`${replies} ${error.code}`));
  });
  expect(closed).toBe('1 ECONNRESET');
});

describe('sources of faults', () => {
  const body = { model: 'm', messages };
  const path = '/v1/chat/completions';

  test('header, prompt and configuration name faults too', async () => {
    const header = await rawExchange({ port: mock.port, path, body, headers: { 'x-mock-fault': '418' } });
    expect(status(header)).toBe(418);
    const content = 'please [[mock:fault 402]]';
    const prompt = await rawExchange({
      port: mock.port,
      path,
      body: { model: 'm', messages: [{ role: 'user', content }] },
    });
    expect(status(prompt)).toBe(402);
    await mock.control.configure({ faults: [{ key: 'k1', spec: '403' }] });
    const withKey = (key: string) =>
      rawExchange({ port: mock.port, path, body, headers: { authorization: `Bearer ${key}` } });
    expect([status(await withKey('k1')), status(await withKey('k2'))]).toEqual([403, 200]);
  });

  test('they apply to embeddings, token counts and model lists', async () => {
    await mock.control.configure({ faults: [{ spec: '503' }] });
    for (const [at, sent] of [
      ['/v1/embeddings', { model: 'm', input: 'x' }],
      ['/v1/messages/count_tokens', body],
      ['/v1/models', undefined],
    ] as const) {
      expect(status(await rawExchange({ port: mock.port, path: at, body: sent }))).toBe(503);
    }
  });

  test('an unknown fault is an error where it was written on purpose', async () => {
    await expect(mock.control.configure({ faults: [{ spec: 'nope' }] })).rejects.toThrow('unknown fault: nope');
    const header = await rawExchange({ port: mock.port, path, body, headers: { 'x-mock-fault': 'nope' } });
    expect(status(header)).toBe(400);
    const name = await rawExchange({ port: mock.port, path, body: { model: 'vendor--nope', messages } });
    expect(status(name)).toBe(200);
  });
});
