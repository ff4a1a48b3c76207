import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ErrorCode, errorRow } from '../../src/canonical/error.ts';
import type { FailureClass } from '../../src/routing/failure-class.ts';
import { catalogue, deployment, model, providerKey } from '../support/catalogue.ts';
import { type RoadOptions, type RunningRoad, startRoad } from '../support/road.ts';
import { DIALECTS, type Dialect, everyProtocol, modelInOrder } from './support/dialects.ts';
import { type RawAnswer, rawCall } from './support/raw-call.ts';
import {
  type ScriptedReply,
  type ScriptedUpstream,
  type SeenRequest,
  startScripted,
} from './support/scripted-upstream.ts';

const [CHAT, RESPONSES, MESSAGES] = DIALECTS as [Dialect, Dialect, Dialect];
const JSON_TYPE = [['content-type', 'application/json']] as const;

let first: ScriptedUpstream;
let second: ScriptedUpstream;
let road: RunningRoad;

beforeEach(async () => {
  first = await startScripted();
  second = await startScripted();
});

afterEach(async () => {
  expect(road.faults).toEqual([]);
  await road.close();
  first.close();
  second.close();
});

/** Two providers in this order, unless the test says otherwise. */
async function start(options: Partial<RoadOptions> = {}): Promise<void> {
  const providers = [everyProtocol('one', first.url), everyProtocol('two', second.url)];
  road = await startRoad({ catalogue: catalogue(providers, [modelInOrder('one', 'two')]), ...options });
}

function good(dialect: Dialect, stream: boolean): ScriptedReply {
  return stream
    ? { headers: [['content-type', dialect.streamType]], pieces: dialect.events.map((event) => Buffer.from(event)) }
    : { headers: JSON_TYPE, pieces: [Buffer.from(dialect.unary)] };
}

function refusal(status: number, body: unknown, headers: readonly (readonly [string, string])[] = []): ScriptedReply {
  return { status, headers: [...JSON_TYPE, ...headers], pieces: [Buffer.from(JSON.stringify(body))] };
}

const openai = (message: string, code: string | null = null) => ({ error: { message, type: 't', param: null, code } });

function ask(
  dialect: Dialect,
  stream: boolean,
  headers: readonly (readonly [string, string])[] = [],
): Promise<RawAnswer> {
  const path = stream ? dialect.streamPath : dialect.unaryPath;
  const all = [['authorization', 'Bearer test'], ...headers] as const;
  return rawCall({ port: road.port, path, body: dialect.body(stream), headers: all });
}

const json = (answer: RawAnswer) => JSON.parse(answer.body.toString('utf8')) as { error: Record<string, unknown> };

interface Row {
  readonly name: FailureClass;
  readonly reply: ScriptedReply | 'reset';
  /** Whether another provider may be tried. */
  readonly next: boolean;
  /** Calls of the one upstream when there is no other. */
  readonly callsAlone: number;
  readonly last: number;
  readonly code: ErrorCode;
  /** The provider's own status and words pass. */
  readonly verbatim?: true;
}

/** Protocols.md section 6.1, as far as one reply tells a class. */
const ROWS: readonly Row[] = [
  { name: 'connect', reply: 'reset', next: true, callsAlone: 1, last: 502, code: 'upstream_error' },
  {
    name: 'quota',
    reply: refusal(429, openai('You exceeded your current quota', 'insufficient_quota')),
    next: true,
    callsAlone: 1,
    last: 502,
    code: 'upstream_credentials_exhausted',
  },
  {
    name: 'quota',
    reply: refusal(402, openai('pay')),
    next: true,
    callsAlone: 1,
    last: 502,
    code: 'upstream_credentials_exhausted',
  },
  {
    name: 'rate_limit',
    reply: refusal(429, openai('slow down')),
    next: true,
    callsAlone: 1,
    last: 429,
    code: 'rate_limited',
  },
  { name: 'overloaded', reply: refusal(529, openai('busy')), next: true, callsAlone: 2, last: 503, code: 'overloaded' },
  { name: 'server', reply: refusal(500, openai('oops')), next: true, callsAlone: 2, last: 502, code: 'upstream_error' },
  {
    name: 'server',
    reply: { status: 502, headers: [['content-type', 'text/html']], pieces: [Buffer.from('<html>bad gateway')] },
    next: true,
    callsAlone: 2,
    last: 502,
    code: 'upstream_error',
  },
  {
    name: 'bad_reply',
    reply: { headers: [['content-type', 'text/html']], pieces: [Buffer.from('<p>welcome')] },
    next: true,
    callsAlone: 1,
    last: 502,
    code: 'upstream_error',
  },
  {
    name: 'bad_reply',
    reply: { headers: JSON_TYPE, pieces: [] },
    next: true,
    callsAlone: 1,
    last: 502,
    code: 'upstream_error',
  },
  {
    name: 'bad_reply',
    reply: { headers: [['content-encoding', 'gzip'], ...JSON_TYPE], pieces: [Buffer.from('zzzz')] },
    next: true,
    callsAlone: 1,
    last: 502,
    code: 'upstream_error',
  },
  {
    name: 'region',
    reply: refusal(403, openai('unsupported_country_region_territory')),
    next: true,
    callsAlone: 1,
    last: 503,
    code: 'no_provider_available',
  },
  {
    name: 'model_gone',
    reply: refusal(404, openai('no such model')),
    next: true,
    callsAlone: 1,
    last: 503,
    code: 'no_provider_available',
  },
  {
    name: 'credential',
    reply: refusal(401, openai('Incorrect API key provided: sk-one-k1')),
    next: true,
    callsAlone: 1,
    last: 502,
    code: 'upstream_credentials_exhausted',
  },
  {
    name: 'credential',
    reply: refusal(403, openai('forbidden')),
    next: true,
    callsAlone: 1,
    last: 502,
    code: 'upstream_credentials_exhausted',
  },
  {
    name: 'capability',
    reply: refusal(400, openai('Unsupported parameter: logprobs')),
    next: true,
    callsAlone: 1,
    last: 400,
    code: 'unsupported_feature',
    verbatim: true,
  },
  {
    name: 'context',
    reply: refusal(400, openai('too many', 'context_length_exceeded')),
    next: false,
    callsAlone: 1,
    last: 400,
    code: 'context_length_exceeded',
    verbatim: true,
  },
  {
    name: 'context',
    reply: refusal(413, openai('too large')),
    next: false,
    callsAlone: 1,
    last: 413,
    code: 'request_too_large',
    verbatim: true,
  },
  {
    name: 'policy',
    reply: refusal(400, openai('no', 'content_policy_violation')),
    next: false,
    callsAlone: 1,
    last: 400,
    code: 'content_policy',
    verbatim: true,
  },
  {
    name: 'caller',
    reply: refusal(400, openai('messages is wrong')),
    next: false,
    callsAlone: 1,
    last: 400,
    code: 'invalid_request',
    verbatim: true,
  },
  {
    name: 'caller',
    reply: refusal(422, openai('unprocessable')),
    next: false,
    callsAlone: 1,
    last: 422,
    code: 'invalid_request',
    verbatim: true,
  },
  {
    name: 'unknown_4xx',
    reply: refusal(418, openai('teapot')),
    next: false,
    callsAlone: 1,
    last: 502,
    code: 'upstream_error',
  },
];

describe.each(
  ROWS.map((row) => ({ ...row, shown: row.reply === 'reset' ? 'reset' : String(row.reply.status ?? 200) })),
)('$name ($shown)', (row) => {
  test.each([false, true])('at the first of two (stream: %s)', async (stream) => {
    await start();
    first.answer = () => row.reply;
    second.answer = () => good(CHAT, stream);
    const answer = await ask(CHAT, stream);
    expect(first.seen.length).toBe(1);
    expect(second.seen.length).toBe(row.next ? 1 : 0);
    if (row.next) {
      expect(answer).toMatchObject({ status: 200, complete: true });
      expect(answer.headers.get('saola-attempts')).toBe('2');
      expect(answer.headers.get('saola-provider')).toBe('two');
      expect(road.records[0]?.attempts.map((attempt) => attempt.class)).toEqual([row.name, 'ok']);
    } else expectLast(answer, row);
  });

  test.each([false, true])('at both (stream: %s)', async (stream) => {
    await start();
    first.answer = () => row.reply;
    second.answer = () => row.reply;
    const answer = await ask(CHAT, stream);
    // At most three attempts: both, and where the class allows it one of them again.
    expect(first.seen.length + second.seen.length).toBe(row.next ? 2 + row.callsAlone - 1 : 1);
    expectLast(answer, row);
  });

  test('where there is no other', async () => {
    await start({ catalogue: catalogue([everyProtocol('one', first.url)], [modelInOrder('one')]) });
    first.answer = () => row.reply;
    expectLast(await ask(CHAT, true), row);
    expect(first.seen.length).toBe(row.callsAlone);
  });
});

function expectLast(answer: RawAnswer, row: Row): void {
  expect(answer).toMatchObject({ status: row.last, complete: true });
  expect(answer.headers.get('saola-error-code')).toBe(row.code);
  expect(answer.headers.get('x-should-retry')).toBe(errorRow(row.code).retry === 'no' ? 'false' : undefined);
  const sent = row.reply === 'reset' ? '' : Buffer.concat(row.reply.pieces).toString('utf8');
  if (row.verbatim) expect(answer.body.toString('utf8')).toBe(sent);
  else expect(json(answer)).toMatchObject({ error: { saola: { code: row.code } } });
  expect(road.records.map((record) => record.errorCode)).toEqual([row.code]);
  expectExplained(answer);
}

/** An error says as much of its road as an answer does. */
function expectExplained(answer: RawAnswer): void {
  const last = road.records[0]?.attempts.at(-1);
  expect(answer.headers.get('saola-attempts')).toBe(String(first.seen.length + second.seen.length));
  expect(answer.headers.get('saola-route')).toBe(road.records[0]?.route);
  expect(answer.headers.get('saola-provider')).toBe(last?.providerId);
  expect(Number(answer.headers.get('saola-overhead-ms'))).toBeGreaterThanOrEqual(0);
}

describe('keys', () => {
  const keyOf = (request: SeenRequest) => request.headers.find(([name]) => name === 'authorization')?.[1] ?? '';
  const threeKeys = () =>
    catalogue(
      [everyProtocol('one', first.url, { keys: ['a', 'b', 'c'].map((id) => providerKey(id)) })],
      [modelInOrder('one')],
    );

  test.each([
    [429, 'rate_limited', 429],
    [401, 'upstream_credentials_exhausted', 502],
    [402, 'upstream_credentials_exhausted', 502],
  ] as const)('a %i moves on to the next key without waiting, until none is left', async (status, code, last) => {
    await start({ catalogue: threeKeys() });
    first.answer = () => refusal(status, openai('no'));
    const started = performance.now();
    const answer = await ask(CHAT, false);
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(new Set(first.seen.map(keyOf)).size).toBe(3);
    expect(answer.status).toBe(last);
    expect(answer.headers.get('saola-error-code')).toBe(code);
  });

  test('the second key serves when the first is refused, and the next request goes to it at once', async () => {
    await start({ catalogue: threeKeys() });
    const bad = new Set<string>();
    first.answer = (request, n) => {
      if (n === 0) bad.add(keyOf(request));
      return bad.has(keyOf(request)) ? refusal(401, openai('no')) : good(CHAT, false);
    };
    expect((await ask(CHAT, false)).headers.get('saola-attempts')).toBe('2');
    for (let i = 0; i < 5; i++) expect((await ask(CHAT, false)).headers.get('saola-attempts')).toBe('1');
  });
});

describe('time', () => {
  const hasty = (timeouts: object) =>
    catalogue(
      [everyProtocol('one', first.url, { timeouts }), everyProtocol('two', second.url)],
      [modelInOrder('one', 'two')],
    );

  test.each([
    ['no headers', { headersMs: 150 }, undefined],
    ['headers but no byte', { firstByteMs: 150 }, 0],
    ['a preamble, then silence', { idleMs: 150 }, 1],
  ] as const)('%s: the next provider serves', async (_name, timeouts, events) => {
    await start({ catalogue: hasty(timeouts) });
    first.answer = () =>
      events === undefined
        ? 'silent'
        : {
            headers: [['content-type', CHAT.streamType]],
            pieces: CHAT.events.slice(0, events).map((event) => Buffer.from(event)),
            ending: 'hang',
          };
    second.answer = () => good(CHAT, true);
    const answer = await ask(CHAT, true);
    expect(answer).toMatchObject({ status: 200, complete: true });
    expect(answer.body.toString('utf8')).toBe(CHAT.events.join(''));
    expect(road.records[0]?.attempts.map((attempt) => attempt.class)).toEqual(['slow', 'ok']);
  });

  test('silence after content is told, and nobody else is asked', async () => {
    await start({ catalogue: hasty({ idleMs: 150 }) });
    first.answer = () => ({ pieces: CHAT.events.slice(0, 2).map((event) => Buffer.from(event)), ending: 'hang' });
    const answer = await ask(CHAT, true);
    expect(answer).toMatchObject({ status: 200, complete: false });
    expect(answer.body.toString('utf8')).toMatch(CHAT.errorEvent);
    expect(second.seen.length).toBe(0);
    expect(road.records[0]).toMatchObject({ outcome: 'idle_timeout' });
  });

  test.each([
    ['7', '7'],
    ['3600', '60'],
    ['0', '1'],
  ])('a Retry-After of %s at the provider becomes %s', async (asked, told) => {
    await start();
    first.answer = () => refusal(429, openai('slow down'), [['retry-after', asked]]);
    // A short wait would be taken if the provider were alone; the second one answers without a time of its own.
    second.answer = () => refusal(429, openai('slow down'), [['retry-after', asked === '0' ? '0' : '3600']]);
    const answer = await ask(CHAT, false);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe(asked === '7' ? '60' : told);
  });

  test('a closed port is left for the next provider', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    await start({
      catalogue: catalogue(
        [everyProtocol('one', `http://127.0.0.1:${port}`), everyProtocol('two', second.url)],
        [modelInOrder('one', 'two')],
      ),
    });
    second.answer = () => good(CHAT, true);
    expect(await ask(CHAT, true)).toMatchObject({ status: 200, complete: true });
    expect(road.records[0]?.attempts.map((attempt) => attempt.class)).toEqual(['connect', 'ok']);
  });
});

describe('an error event', () => {
  const failed = Buffer.from(
    'event: response.failed\ndata: {"type":"response.failed","sequence_number":2,"response":{"status":"failed","error":{"code":"server_error","message":"boom"}}}\n\n',
  );
  const overloaded = Buffer.from(
    'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n',
  );

  test.each([
    ['responses', RESPONSES, failed, 'server'],
    ['messages', MESSAGES, overloaded, 'overloaded'],
  ] as const)(
    'of %s before content is hidden: exactly one preamble goes out',
    async (_name, dialect, error, failure) => {
      await start();
      const opening = dialect.events.slice(0, dialect.preamble).map((event) => Buffer.from(event));
      first.answer = () => ({ pieces: [...opening, error] });
      second.answer = () => good(dialect, true);
      const answer = await ask(dialect, true);
      expect(answer.body.toString('utf8')).toBe(dialect.events.join(''));
      expect(road.records[0]?.attempts.map((attempt) => attempt.class)).toEqual([failure, 'ok']);
    },
  );

  test.each([
    ['responses', RESPONSES, failed],
    ['messages', MESSAGES, overloaded],
  ] as const)('of %s after content ends the stream, and nobody else is asked', async (_name, dialect, error) => {
    await start();
    const opening = dialect.events.slice(0, dialect.preamble + 1).map((event) => Buffer.from(event));
    first.answer = () => ({ pieces: [...opening, error] });
    const answer = await ask(dialect, true);
    expect(answer.complete).toBe(false);
    expect(answer.body.toString('utf8')).toMatch(dialect.errorEvent);
    expect(second.seen.length).toBe(0);
    expect(road.records[0]?.attempts.map((attempt) => attempt.class)).toEqual(['mid_stream']);
  });

  test('of chat counts as one also when it comes with choices', async () => {
    await start();
    const error =
      'data: {"error":{"code":502,"message":"boom"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}\n\n';
    first.answer = () => ({ pieces: [Buffer.from(error)] });
    second.answer = () => good(CHAT, true);
    expect((await ask(CHAT, true)).headers.get('saola-provider')).toBe('two');
  });
});

describe('what a provider says', () => {
  test.each([400, 413, 422])('passes with a %i as it is, but for ids and keys of its account', async (status) => {
    await start();
    const said = 'Bad "x" in org-AbCdEf123456 of proj_XyZ987654, key sk-proj-abcdef123456';
    first.answer = () =>
      refusal(status, openai(said), [
        ['x-request-id', 'theirs'],
        ['openai-organization', 'org-secret'],
      ]);
    const answer = await ask(CHAT, false);
    expect(answer.status).toBe(status);
    const { message } = json(answer).error as { message: string };
    expect(message).toMatch(/^Bad "x" in org\*{3} of pro\*{3}, key sk-\*{3}$/);
    expect(answer.headers.get('x-request-id')).toBe(answer.headers.get('saola-request-id'));
    expect(answer.headers.has('openai-organization')).toBe(false);
  });

  test.each([401, 402, 403, 404, 429, 500, 503])('does not pass with a %i', async (status) => {
    await start();
    const said = openai('their very own words');
    const answerBoth = () => refusal(status, { error: { ...said.error, param: 'model' } });
    first.answer = answerBoth;
    second.answer = answerBoth;
    const answer = await ask(CHAT, false);
    expect([401, 402, 403]).not.toContain(answer.status);
    expect(answer.body.toString('utf8')).not.toContain('their very own words');
  });
});

test('a socket that had gone stale is replaced at once, at the same provider', async () => {
  await start();
  let calls = 0;
  first.answer = (request) => {
    calls++;
    if (calls !== 2) return good(CHAT, false);
    request.socket.resetAndDestroy();
    return { pieces: [], ending: 'hang' };
  };
  second.answer = () => good(CHAT, false);
  expect((await ask(CHAT, false)).headers.get('saola-provider')).toBe('one');
  const answer = await ask(CHAT, false);
  expect(answer.status).toBe(200);
  expect(road.records[1]?.attempts.map((attempt) => [attempt.class, attempt.providerId])).toEqual([
    ['stale_socket', 'one'],
    ['ok', 'one'],
  ]);
});

test('failover never leaves the group', async () => {
  const providers = [everyProtocol('one', first.url), everyProtocol('two', second.url)];
  const deployments = [deployment('one', { group: 'gold' }), deployment('two', { group: 'default' })];
  await start({
    catalogue: catalogue(providers, [model('vendor/m', deployments)]),
    principal: { groups: ['gold', 'default'] },
  });
  first.answer = () => refusal(500, openai('oops'));
  second.answer = () => good(CHAT, false);
  expect((await ask(CHAT, false)).status).toBe(502);
  expect(second.seen.length).toBe(0);
});

describe('a conversation', () => {
  test('stays at one provider by its session, and leaves it in sickness', async () => {
    const deployments = [deployment('one'), deployment('two')];
    await start({
      catalogue: catalogue(
        [everyProtocol('one', first.url), everyProtocol('two', second.url)],
        [model('vendor/m', deployments)],
      ),
    });
    first.answer = () => good(CHAT, false);
    second.answer = () => good(CHAT, false);
    const homes = new Map<string, string>();
    for (let n = 0; n < 24; n++) {
      const session = `session-${n}`;
      const served = [];
      for (let i = 0; i < 3; i++)
        served.push((await ask(CHAT, false, [['x-session-id', session]])).headers.get('saola-provider') ?? '');
      expect(new Set(served).size).toBe(1);
      homes.set(session, served[0] ?? '');
    }
    expect(new Set(homes.values()).size).toBe(2);
    first.answer = () => refusal(500, openai('oops'));
    for (const session of homes.keys()) {
      const answer = await ask(CHAT, false, [['x-session-id', session]]);
      expect(answer.headers.get('saola-provider')).toBe('two');
    }
  });
});

describe('explain headers', () => {
  test('of an error can be switched off, but its code stays', async () => {
    await start({ settings: { explainHeaders: false } });
    first.answer = () => refusal(400, openai('messages is wrong'));
    const { headers } = await ask(CHAT, false);
    const names = [...headers.keys()].filter((name) => name.startsWith('saola-'));
    expect(names.sort()).toEqual(['saola-error-code', 'saola-request-id']);
  });

  test('are not on what is refused before any attempt', async () => {
    await start();
    const body = '{"model":"vendor/unknown","messages":[]}';
    const headers = [['authorization', 'Bearer test']] as const;
    const answer = await rawCall({ port: road.port, path: CHAT.unaryPath, body, headers });
    expect(answer.headers.get('saola-error-code')).toBe('model_not_found');
    expect(answer.headers.has('saola-attempts')).toBe(false);
  });

  test('can be switched off, all or the provider alone', async () => {
    await start({ settings: { explainHeaders: false } });
    first.answer = () => good(CHAT, false);
    const names = [...(await ask(CHAT, false)).headers.keys()].filter((name) => name.startsWith('saola-'));
    expect(names).toEqual(['saola-request-id']);
    await road.close();
    await start({ settings: { exposeProviders: false } });
    const { headers } = await ask(CHAT, false);
    expect(headers.has('saola-provider')).toBe(false);
    expect(headers.get('saola-attempts')).toBe('1');
    expect(headers.get('saola-route')).toBe('group:default weight');
    expect(Number(headers.get('saola-overhead-ms'))).toBeGreaterThanOrEqual(0);
  });
});
