import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningMock, startMock } from '../start.ts';
import { rawExchange } from './raw-http.ts';

let mock: RunningMock;
beforeAll(async () => {
  mock = await startMock();
});
afterAll(() => mock.stop());
beforeEach(() => mock.control.reset());

const path = '/v1/chat/completions';
const body = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
const ask = (more: object = {}) => rawExchange({ port: mock.port, path, body, ...more });

describe('request log', () => {
  test('keeps method, path, raw headers in order, key, body bytes and outcome', async () => {
    const headers = { 'X-Api-Key': 'k1', 'x-Twice': '1', 'anthropic-beta': 'a,b' };
    await ask({ path: `${path}?a=1`, headers });
    const request = await mock.control.onlyRequest({ key: 'k1', ended: true });
    expect(request).toMatchObject({ method: 'POST', path: `${path}?a=1`, key: 'k1', model: 'm', status: 200, body });
    expect(request.rawHeaders.slice(4, 10)).toEqual(['X-Api-Key', 'k1', 'x-Twice', '1', 'anthropic-beta', 'a,b']);
    expect(Buffer.from(request.bodyBase64, 'base64').toString()).toBe(JSON.stringify(body));
    expect(request.aborted).toBe(false);
    expect(request.bytesSent).toBeGreaterThan(100);
  });

  test.each([
    ['authorization', 'Bearer k9'],
    ['x-api-key', 'k9'],
    ['x-goog-api-key', 'k9'],
    ['api-key', 'k9'],
  ])('takes the key from %s', async (name, value) => {
    await ask({ headers: { [name]: value } });
    expect((await mock.control.onlyRequest()).key).toBe('k9');
  });

  test('tells when the client left, and counts it', async () => {
    await mock.control.configure({ gapMs: 50, events: 100 });
    const started = Date.now();
    await new Promise<void>((resolve) => {
      const text = JSON.stringify({ ...body, stream: true });
      const socket = connect(mock.port, '127.0.0.1', () =>
        socket.write(`POST ${path} HTTP/1.1\r\nhost: m\r\ncontent-length: ${text.length}\r\n\r\n${text}`),
      );
      socket.once('data', () => {
        socket.destroy();
        resolve();
      });
    });
    const request = await mock.control.onlyRequest({ aborted: true });
    expect(request.abortedAtMs).toBeGreaterThanOrEqual(started);
    expect(request.abortedAtMs).toBeLessThan(started + 1_000);
    expect(await mock.control.stats({ openConnections: 0 })).toMatchObject({
      aborted: 1,
      activeRequests: 0,
      openConnections: 0,
    });
  });

  test('a request that was never complete is logged as aborted', async () => {
    const socket = connect(mock.port, '127.0.0.1', () => {
      socket.write(`POST ${path} HTTP/1.1\r\nhost: m\r\ncontent-length: 100\r\n\r\n{"mod`, () => socket.destroy());
    });
    const request = await mock.control.onlyRequest({ aborted: true });
    expect(Buffer.from(request.bodyBase64, 'base64').toString()).toBe('{"mod');
  });

  test('our own cuts are not aborts of the client', async () => {
    for (const spec of ['cut2', 'reset']) {
      await ask({ body: { ...body, stream: true, model: `m--${spec}` } });
    }
    const requests = await mock.control.requests({ ended: true, wait: 2 });
    expect(requests.map((request) => request.aborted)).toEqual([false, false]);
    expect(requests.map((request) => request.faults)).toEqual([['cut2'], ['reset']]);
  });
});

describe('configuration', () => {
  test('usage: each bucket in its own field of each dialect', async () => {
    const counts = { prompt: 100, cached: 10, cacheWrite5m: 20, cacheWrite1h: 5, completion: 50, reasoning: 8 };
    await mock.control.configure({ usage: { m: { ...counts, webSearches: 2, audioIn: 4 } } });
    const usage = async (at: string, sent: object) =>
      JSON.parse((await ask({ path: at, body: sent })).body) as Record<string, unknown>;
    expect((await usage(path, body))['usage']).toMatchObject({
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 25, audio_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 8 },
    });
    expect((await usage('/v1/responses', { model: 'm', input: 'x' }))['usage']).toEqual({
      input_tokens: 100,
      input_tokens_details: {
        cached_tokens: 10,
        cache_write_tokens: 25,
        cache_write_tokens_details: { ttl_30m_tokens: 20, ttl_12h_tokens: 5 },
      },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 8 },
      total_tokens: 150,
    });
    expect((await usage('/v1/messages', body))['usage']).toMatchObject({
      input_tokens: 65,
      cache_read_input_tokens: 10,
      cache_creation_input_tokens: 25,
      cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 5 },
      output_tokens: 50,
      output_tokens_details: { thinking_tokens: 8 },
      server_tool_use: { web_search_requests: 2 },
    });
    expect((await usage('/v1beta/models/m:generateContent', { contents: [] }))['usageMetadata']).toMatchObject({
      promptTokenCount: 100,
      cachedContentTokenCount: 10,
      candidatesTokenCount: 42,
      thoughtsTokenCount: 8,
      totalTokenCount: 150,
    });
  });

  test('usage: a raw object replaces all', async () => {
    await mock.control.configure({ usage: { '*': { rawFinal: { prompt_tokens: 'many' } } } });
    expect(JSON.parse((await ask()).body).usage).toEqual({ prompt_tokens: 'many' });
  });

  test('mistakes are refused in words', async () => {
    await expect(mock.control.configure({ nope: 1 } as object)).rejects.toThrow('unknown section: nope');
    await expect(mock.control.configure({ usage: { m: { promt: 1 } as object } })).rejects.toThrow('promt');
    await expect(mock.control.configure({ gapMs: '1' } as object)).rejects.toThrow('wrong type: gapMs');
  });

  test('latency: first byte, spikes and ramps by key', async () => {
    await mock.control.configure({
      latency: [{ key: 'k', ttftMs: 20, spike: { every: 3, addMs: 200 }, ramp: { addMs: 1, maxAddMs: 2 } }],
    });
    const times: number[] = [];
    for (let call = 0; call < 3; call += 1) {
      times.push((await ask({ headers: { 'x-api-key': 'k' } })).headAtMs);
    }
    expect(times[0]).toBeGreaterThanOrEqual(19);
    expect(times[1]).toBeLessThan(150);
    expect(times[2]).toBeGreaterThanOrEqual(219);
    expect((await ask({ headers: { 'x-api-key': 'other' } })).headAtMs).toBeLessThan(19);
  });

  test('limits: a key over its calls gets the native 429', async () => {
    await mock.control.configure({ latency: [{ key: 'k', limit: { calls: 2, windowMs: 60_000, retryAfterS: 9 } }] });
    const heads: string[] = [];
    for (let call = 0; call < 3; call += 1) {
      heads.push((await ask({ headers: { 'x-api-key': 'k' } })).head);
    }
    expect(heads.map((head) => head.split(' ')[1])).toEqual(['200', '200', '429']);
    expect(heads[2]).toContain('retry-after: 9');
  });

  test('pace: events come one by one, the gap apart', async () => {
    await mock.control.configure({ gapMs: 30, events: 4 });
    const started = performance.now();
    const exchange = await ask({ body: { ...body, stream: true } });
    // Role, four words, finish, [DONE]: six gaps.
    expect(performance.now() - started).toBeGreaterThanOrEqual(6 * 30 - 6);
    expect(exchange.reads.length).toBeGreaterThanOrEqual(7);
    expect(exchange.body).toContain('word4');
  });

  test('keys: others are refused in the native shape, also on model lists', async () => {
    await mock.control.configure({ keys: ['k1'] });
    expect((await ask({ headers: { 'x-goog-api-key': 'k1' } })).head).toContain('200');
    expect((await ask({ path: '/v1/messages' })).body).toContain('authentication_error');
    expect((await ask({ path: '/v1/models', body: undefined, headers: { 'x-api-key': 'k2' } })).head).toContain('401');
    expect((await ask({ path: '/', body: undefined })).head).toContain('200');
  });

  test('WebSocket: the status is a setting, 426 by default; h2c upgrades are answered as usual', async () => {
    const upgrade = (protocol: string) => ({ connection: 'Upgrade', upgrade: protocol });
    const get = () => ask({ path: '/v1/responses', body: undefined, headers: upgrade('websocket') });
    expect((await get()).head).toMatch(/ 426 [\s\S]*connection: close/);
    await mock.control.configure({ webSocketStatus: 404 });
    expect((await get()).head).toContain(' 404 ');
    expect((await ask({ headers: upgrade('h2c') })).head).toContain(' 200 ');
  });
});

describe('scripts', () => {
  test('arbitrary bytes arrive at arbitrary boundaries', async () => {
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(chunks, async (bytes) => {
        const base64 = bytes.map((chunk) => ({ base64: Buffer.from(chunk).toString('base64') }));
        await mock.control.configure({ scripts: [{ headers: [['X-Odd', 'a']], chunks: base64 }] });
        const { wire, complete, head } = await ask();
        expect(complete).toBe(true);
        expect(head).toContain('x-odd: a');
        const sizes = bytes.map((chunk) =>
          Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
        );
        const sent = wire.subarray(wire.indexOf('\r\n\r\n') + 4);
        expect(sent.equals(Buffer.concat([...sizes, Buffer.from('0\r\n\r\n')]))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('status, length, endings, times and matching', async () => {
    await mock.control.configure({
      scripts: [
        { times: 1, status: 418, framing: 'length', chunks: [{ text: 'tea', repeat: 3 }], headers: [] },
        { times: 1, chunks: [{ text: 'half' }], ending: 'destroy' },
        { times: 1, chunks: [{ text: 'HTTP/1.1 200 OK\r\nBroken Header\r\n\r\nx' }], framing: 'raw' },
        { times: 1, chunks: [{ text: 'half' }], ending: 'reset' },
        { model: 'other', chunks: [] },
      ],
    });
    expect(await ask()).toMatchObject({ body: 'teateatea', complete: true });
    expect(await ask()).toMatchObject({ body: 'half', complete: false, closed: 'fin' });
    expect((await ask()).wire.toString()).toBe('HTTP/1.1 200 OK\r\nBroken Header\r\n\r\nx');
    expect((await ask()).closed).toBe('ECONNRESET');
    expect((await ask()).body).toContain('Hello');
  });

  test('a reader that stops stops the writer', async () => {
    const block = 'x'.repeat(65_536);
    await mock.control.configure({ scripts: [{ chunks: [{ text: block, repeat: 4_096 }] }] });
    const text = JSON.stringify(body);
    const socket = connect(mock.port, '127.0.0.1', () =>
      socket.write(`POST ${path} HTTP/1.1\r\nhost: m\r\ncontent-length: ${text.length}\r\n\r\n${text}`),
    );
    await new Promise<void>((resolve) => {
      socket.once('readable', resolve);
    });
    // Asks in vain for the end of the reply: what was sent by then is what the sockets hold.
    const [request] = await mock.control.requests({ ended: true, wait: 1, timeoutMs: 700 });
    expect(request).toBeUndefined();
    expect((await mock.control.onlyRequest()).bytesSent).toBeLessThan(32 * 1024 * 1024);
    socket.destroy();
    expect((await mock.control.onlyRequest({ aborted: true })).aborted).toBe(true);
  });
});

test('reset takes back everything', async () => {
  await mock.control.configure({ faults: [{ spec: '500' }] });
  await ask();
  await mock.control.reset();
  expect((await ask()).head).toContain(' 200 ');
  expect(await mock.control.requests()).toHaveLength(1);
});

test('without a log the same bytes are served from the cache, and counted faults still count', async () => {
  const quiet = await startMock(['--no-log', '--events', '64', '--chunk-size', '5']);
  try {
    const send = (sent: object) => rawExchange({ port: quiet.port, path, body: sent });
    const first = await send({ ...body, stream: true });
    const second = await send({ ...body, stream: true });
    expect(first.body.match(/xxxxx/g)).toHaveLength(64);
    expect(second.body).toBe(first.body);
    expect((await send(body)).body).toContain('chat.completion"');
    const faulty = [await send({ ...body, model: 'm--500x1' }), await send({ ...body, model: 'm--500x1' })];
    expect(faulty.map((exchange) => exchange.head.split(' ')[1])).toEqual(['500', '200']);
    expect(await quiet.control.requests()).toEqual([]);
    await quiet.control.configure({ events: 0, chunkChars: 0 });
    expect((await send({ ...body, stream: true })).body).toContain('Hello');
  } finally {
    await quiet.stop();
  }
});

test('a paced fleet of streams keeps its pace', async () => {
  await mock.control.configure({ gapMs: 20, events: 10 });
  const started = performance.now();
  await Promise.all(Array.from({ length: 100 }, () => ask({ body: { ...body, stream: true } })));
  const took = performance.now() - started;
  expect(took).toBeGreaterThanOrEqual(12 * 20 - 12);
  expect(took).toBeLessThan(3_000);
});
