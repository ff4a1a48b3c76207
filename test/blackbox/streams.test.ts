import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { catalogue, deployment, model } from '../support/catalogue.ts';
import { type RoadOptions, type RunningRoad, startRoad } from '../support/road.ts';
import { DIALECTS, type Dialect, everyProtocol, modelInOrder } from './support/dialects.ts';
import { rawCall } from './support/raw-call.ts';
import { type ScriptedUpstream, startScripted } from './support/scripted-upstream.ts';

const [CHAT, RESPONSES, MESSAGES, GEMINI_SSE] = DIALECTS as [Dialect, Dialect, Dialect, Dialect];
const EVENT_STREAM = [['content-type', 'text/event-stream']] as const;

let upstream: ScriptedUpstream;
let road: RunningRoad;

beforeEach(async () => {
  upstream = await startScripted();
});

afterEach(async () => {
  expect(road.faults).toEqual([]);
  await road.close();
  upstream.close();
});

async function start(options: Partial<RoadOptions> = {}): Promise<void> {
  road = await startRoad({
    catalogue: catalogue([everyProtocol('one', upstream.url)], [modelInOrder('one')]),
    ...options,
  });
}

const chatBody = (extra: object = {}) => JSON.stringify({ model: 'vendor/m', stream: true, messages: [], ...extra });
const askChat = (extra: object = {}) => rawCall({ port: road.port, path: CHAT.streamPath, body: chatBody(extra) });
const buffers = (texts: readonly string[]) => texts.map((text) => Buffer.from(text));
const chunk = (parts: string) => `data: {"id":"c1","model":"up",${parts}}\n\n`;
const says = (index: number, content: string) =>
  chunk(`"choices":[{"index":${index},"delta":{"content":"${content}"},"finish_reason":null}]`);
const stops = (index: number) => chunk(`"choices":[{"index":${index},"delta":{},"finish_reason":"stop"}]`);

describe('usage on chat streams', () => {
  test.each([false, true])('is read in any case, and shown only to who asked (asked: %s)', async (asked) => {
    await start();
    upstream.answer = () => ({ pieces: buffers(CHAT.events) });
    const answer = await askChat(asked ? { stream_options: { include_usage: true } } : {});
    const hidden = CHAT.events.filter((event) => !event.includes('"choices":[]'));
    expect(answer.body.toString('utf8')).toBe((asked ? CHAT.events : hidden).join(''));
    expect(JSON.parse(upstream.seen[0]?.body.toString('utf8') ?? '')).toMatchObject({
      stream_options: { include_usage: true },
    });
    expect(road.records[0]).toMatchObject({
      outcome: 'complete',
      usageSource: 'provider',
      quantities: { input: 11, output: 7 },
    });
  });

  test('is not asked for where the provider always sends it, and then nothing is hidden', async () => {
    const quirks = {
      streamUsage: 'always',
      reasoningOutside: false,
      zeroInputInDelta: false,
      onDisconnect: 'cancel',
      miscEndpoints: [],
    } as const;
    await start({ catalogue: catalogue([everyProtocol('one', upstream.url, { quirks })], [modelInOrder('one')]) });
    upstream.answer = () => ({ pieces: buffers(CHAT.events) });
    expect((await askChat()).body.toString('utf8')).toBe(CHAT.events.join(''));
    expect(upstream.seen[0]?.body.toString('utf8')).not.toContain('stream_options');
  });

  test('chunks without choices and without usage pass', async () => {
    await start();
    const azure = chunk('"choices":[],"prompt_filter_results":[{"prompt_index":0}]');
    const nulls = chunk('"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}],"usage":null');
    upstream.answer = () => ({ pieces: buffers([azure, nulls, ...CHAT.events]) });
    expect((await askChat()).body.toString('utf8')).toContain(`${azure}${nulls}`);
  });
});

describe('several choices', () => {
  test('flow on after the first of them has finished', async () => {
    await start();
    const early = [says(0, 'a'), says(1, 'b'), stops(0), says(1, 'still here')];
    upstream.answer = () => ({ pieces: buffers(early), ending: 'hang' });
    let seen = '';
    await rawCall({
      port: road.port,
      path: CHAT.streamPath,
      body: chatBody({ n: 2 }),
      timeoutMs: 3_000,
      onData: (bytes, socket) => {
        seen += bytes.toString('utf8');
        if (seen.includes('still here')) socket.destroy();
      },
    });
    expect(seen).toContain('still here');
  });

  test('pass byte by byte, and only the last finish ends the answer', async () => {
    await start();
    const events = [says(0, 'a'), stops(0), says(1, 'b'), stops(1), 'data: [DONE]\n\n'];
    upstream.answer = () => ({ pieces: buffers(events) });
    expect((await askChat()).body.toString('utf8')).toBe(events.join(''));
    upstream.answer = () => ({ pieces: buffers(events.slice(0, 3)) });
    expect((await askChat()).complete).toBe(false);
  });
});

test('an upstream that goes on and on after its finish does not fill the memory', async () => {
  await start();
  const filler = chunk(`"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x":"${'x'.repeat(60_000)}"`);
  const pieces = [...buffers([says(0, 'a')]), ...Array.from({ length: 100 }, () => Buffer.from(filler))];
  upstream.answer = () => ({ pieces, ending: 'hang' });
  let got = 0;
  await rawCall({
    port: road.port,
    path: CHAT.streamPath,
    body: chatBody(),
    timeoutMs: 1_000,
    onData: (bytes) => {
      got += bytes.length;
    },
  });
  expect(got).toBeGreaterThan(100 * 60_000 - 512 * 1024);
});

describe('headers', () => {
  const theirs = [
    ['content-type', 'text/event-stream'],
    ['x-codex-turn-state', 'turn-7'],
    ['anthropic-processing-ms', '5'],
    ['anthropic-ratelimit-requests-limit', '50'],
    ['anthropic-organization-id', 'org'],
    ['x-ratelimit-limit-requests', '50'],
    ['openai-organization', 'org'],
    ['openai-project', 'proj'],
    ['set-cookie', 'a=b'],
    ['server', 'vendor'],
    ['via', '1.1 vendor'],
    ['cf-ray', 'ray'],
    ['x-request-id', 'theirs'],
    ['request-id', 'theirs'],
    ['retry-after', '9'],
  ] as const;
  const ours = [
    ['authorization', 'Bearer test-key'],
    ['cookie', 'session=1'],
    ['x-forwarded-for', '10.0.0.1'],
    ['openai-organization', 'mine'],
    ['openai-project', 'mine'],
    ['idempotency-key', 'abc'],
    ['saola-tags', 'a,b'],
    ['x-unlisted', 'x'],
    ['accept-encoding', 'gzip, br'],
    ['anthropic-beta', 'context-1m-2025-08-07'],
    ['anthropic-version', '2026-10-21'],
    ['x-claude-code-session-id', 's1'],
    ['x-stainless-lang', 'js'],
    ['openai-beta', 'responses=v1'],
    ['x-codex-turn-state', 'turn-6'],
    ['originator', 'codex_cli_rs'],
    ['x-client-request-id', 'mine'],
    ['user-agent', 'tool/1.0'],
  ] as const;

  test.each([true, false])('pass both ways as the table says (stream: %s)', async (stream) => {
    await start();
    upstream.answer = () => ({
      headers: theirs,
      pieces: stream ? buffers(MESSAGES.events) : buffers([MESSAGES.unary]),
    });
    const answer = await rawCall({ port: road.port, path: '/v1/messages', body: MESSAGES.body(stream), headers: ours });
    const sent = new Map(upstream.seen[0]?.headers);
    const kept = ours.slice(9).map(([name, value]) => [name, sent.get(name) === value]);
    expect(kept.filter(([, same]) => same !== true)).toEqual([]);
    expect(sent.get('accept-encoding')).toBe('identity');
    expect(sent.get('x-api-key')).toBe('sk-one-k1');
    const gone = [
      'authorization',
      'cookie',
      'x-forwarded-for',
      'openai-organization',
      'openai-project',
      'idempotency-key',
      'saola-tags',
      'x-unlisted',
    ];
    expect(gone.filter((name) => sent.has(name))).toEqual([]);
    expect(answer.headers.get('x-codex-turn-state')).toBe('turn-7');
    expect(answer.headers.get('anthropic-processing-ms')).toBe('5');
    const stripped = theirs
      .slice(3)
      .map(([name]) => name)
      .filter((name) => !['x-request-id', 'request-id'].includes(name));
    expect(stripped.filter((name) => answer.headers.has(name))).toEqual([]);
    for (const name of ['x-request-id', 'request-id', 'saola-request-id'])
      expect(answer.headers.get(name)).toBe(road.records[0]?.id);
    if (stream) {
      expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(answer.headers.get('cache-control')).toContain('no-transform');
      expect(answer.headers.get('x-accel-buffering')).toBe('no');
    }
  });

  test('a version is pinned where the client named none, and hops are counted but for the vendor', async () => {
    await start();
    upstream.answer = () => ({ headers: EVENT_STREAM, pieces: buffers(MESSAGES.events) });
    await rawCall({
      port: road.port,
      path: '/v1/messages',
      body: MESSAGES.body(true),
      headers: [
        ['authorization', 'Bearer test'],
        ['saola-hops', '1'],
      ],
    });
    const sent = new Map(upstream.seen[0]?.headers);
    expect(sent.get('anthropic-version')).toBe('2023-06-01');
    expect(sent.get('saola-hops')).toBe('2');
  });
});

describe('the model of the answer', () => {
  const echoing = () =>
    catalogue(
      [everyProtocol('one', upstream.url)],
      [model('vendor/m', [deployment('one', { upstreamModel: 'up', echoModel: true })])],
    );

  test.each([CHAT, RESPONSES, MESSAGES])(
    'is named as it was asked for with echoModel, and nothing else changes: $name',
    async (dialect) => {
      await start({ catalogue: echoing() });
      const named = (text: string) => text.replaceAll('"model":"up"', '"model":"vendor/m"');
      upstream.answer = () => ({ pieces: buffers(dialect.events) });
      const stream = await rawCall({ port: road.port, path: dialect.streamPath, body: dialect.body(true) });
      expect(stream.body.toString('utf8')).toBe(named(dialect.events.join('')));
      upstream.answer = () => ({ headers: [['content-type', 'application/json']], pieces: buffers([dialect.unary]) });
      const whole = await rawCall({ port: road.port, path: dialect.unaryPath, body: dialect.body(false) });
      expect(whole.body.toString('utf8')).toBe(named(dialect.unary));
    },
  );

  test('is named also in an event of several data lines', async () => {
    await start({ catalogue: echoing() });
    const odd = 'data: {"model":"up",\ndata: "choices":[{"index":0,"delta":{"content":"x"}}]}\n\n';
    upstream.answer = () => ({ pieces: buffers([odd, ...CHAT.events]) });
    const text = (await askChat()).body.toString('utf8');
    const first = text
      .slice(0, text.indexOf('\n\n'))
      .split('\n')
      .map((line) => (line.startsWith('data: ') ? line.slice(6) : 'not a data line'))
      .join('\n');
    expect(JSON.parse(first)).toMatchObject({ model: 'vendor/m' });
  });

  test.each([GEMINI_SSE])('is modelVersion at $name', async (dialect) => {
    await start({ catalogue: echoing() });
    const data = '{"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}],"modelVersion":"up"}';
    upstream.answer = () => ({ pieces: buffers([`data: ${data}\r\n\r\n`]) });
    const stream = await rawCall({ port: road.port, path: dialect.streamPath, body: dialect.body(true) });
    expect(stream.body.toString('utf8')).toContain('"modelVersion":"vendor/m"');
    upstream.answer = () => ({ headers: [['content-type', 'application/json']], pieces: buffers([data]) });
    const whole = await rawCall({ port: road.port, path: dialect.unaryPath, body: dialect.body(false) });
    expect(whole.body.toString('utf8')).toBe(data.replace('"up"', '"vendor/m"'));
  });
});

test.each([true, false])('gzip that nobody asked for is refused, never passed on (stream: %s)', async (stream) => {
  await start();
  const body = gzipSync(stream ? CHAT.events.join('') : CHAT.unary);
  upstream.answer = () => ({
    headers: [
      ['content-type', stream ? 'text/event-stream' : 'application/json'],
      ['content-encoding', 'gzip'],
    ],
    pieces: [body],
  });
  const answer = await rawCall({ port: road.port, path: CHAT.streamPath, body: CHAT.body(stream) });
  expect(answer).toMatchObject({ status: 502, complete: true });
  expect(answer.headers.has('content-encoding')).toBe(false);
});

test('twenty clients leave after three reads: every upstream call ends within 50 ms', async () => {
  await start();
  const left: number[] = [];
  const ended: number[] = [];
  const { promise: allEnded, resolve } = Promise.withResolvers<void>();
  upstream.answer = ({ socket }) => {
    socket.once('close', () => {
      if (ended.push(performance.now()) === 20) resolve();
    });
    const timer = setInterval(() => socket.write(wireChunk(says(0, 'x'))), 5);
    socket.once('close', () => clearInterval(timer));
    return { pieces: buffers([says(0, 'first')]), ending: 'hang' };
  };
  const leave = async () => {
    let reads = 0;
    await rawCall({
      port: road.port,
      path: CHAT.streamPath,
      body: chatBody(),
      onData: (_bytes, socket) => {
        if (++reads < 3) return;
        left.push(performance.now());
        socket.resetAndDestroy();
      },
    });
  };
  await Promise.all(Array.from({ length: 20 }, leave));
  await allEnded;
  const worst = Math.max(...ended.sort((a, b) => a - b).map((at, i) => at - (left.sort((a, b) => a - b)[i] ?? 0)));
  console.info(`slowest abort: ${worst.toFixed(1)} ms`);
  expect(worst).toBeLessThan(50);
  expect(road.records.map((record) => record.outcome)).toEqual(Array(20).fill('client_abort'));
});

function wireChunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}
