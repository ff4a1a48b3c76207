import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRaw, sendRaw } from './support/raw-client.ts';
import { KEY, startEdge } from './support/start-edge.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

let edge: Awaited<ReturnType<typeof startEdge>>;
beforeAll(async () => {
  edge = await startEdge({ limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } });
});
afterAll(() => edge.close());

async function ask(method: string, path: string, headers: Record<string, string> = {}) {
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const reply = await fetch(edge.url + path, {
    method,
    headers,
    redirect: 'manual',
    ...(hasBody ? { body: '{}' } : {}),
  });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, text, json: text === '' ? undefined : JSON.parse(text) };
}

describe('what needs no key', () => {
  test.each(['/', '/api/hello'])('HEAD %s is 200, because tools probe it', async (path) => {
    expect((await ask('HEAD', path)).status).toBe(200);
  });

  test.each(['/', '/healthz', '/readyz', '/startupz', '/openapi.json'])('GET %s is 200', async (path) => {
    expect((await ask('GET', path)).status).toBe(200);
  });

  test('probes are served although a body of any length is announced, which is not waited for', async () => {
    const raw = openRaw(edge.port);
    raw.socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n');
    expect(await raw.has('HTTP/1.1 200 OK')).toBe(true);
    raw.socket.destroy();
  });
});

describe('refusals in the shape of the caller', () => {
  test('OpenAI', async () => {
    const reply = await ask('POST', '/v1/chat/completions');
    expect(reply.status).toBe(401);
    expect(reply.json.error).toMatchObject({ type: 'invalid_request_error', code: 'invalid_api_key', param: null });
    expect(reply.headers.get('x-should-retry')).toBe('false');
    expect(reply.headers.get('saola-error-code')).toBe('invalid_api_key');
  });

  test('Anthropic, with the id in the body as well', async () => {
    const reply = await ask('POST', '/v1/messages', { 'x-api-key': 'own_bad' });
    expect(reply.status).toBe(401);
    expect(reply.json).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
    expect(reply.json.request_id).toBe(reply.headers.get('request-id'));
  });

  test('Gemini, and a stream that is not SSE has it in an array', async () => {
    const path = '/v1beta/models/g:streamGenerateContent';
    expect((await ask('POST', `${path}?alt=sse`)).json.error).toMatchObject({ code: 401, status: 'UNAUTHENTICATED' });
    expect((await ask('POST', path)).json[0].error).toMatchObject({ code: 401, status: 'UNAUTHENTICATED' });
  });

  test('model lists: by header', async () => {
    expect((await ask('GET', '/v1/models', { 'x-goog-api-key': 'bad' })).json.error.status).toBe('UNAUTHENTICATED');
    expect((await ask('GET', '/v1/models', { 'anthropic-version': '2023-06-01' })).json.type).toBe('error');
    expect((await ask('GET', '/v1/models')).json.error.code).toBe('invalid_api_key');
  });

  test.each([
    ['GET', '/v1/chat/completions', 405, 'method_not_allowed'],
    ['TRACE', '/v1/models', 405, 'method_not_allowed'],
    ['OPTIONS', '/v1/messages', 405, 'method_not_allowed'],
    ['POST', '/v1/messages/batches', 501, 'not_supported'],
    ['POST', '/v1/audio/speech', 501, 'not_supported'],
    ['POST', '/v1beta/models/g:embedContent', 501, 'not_supported'],
    ['POST', '/v1/nonsense', 404, 'not_found'],
    ['POST', '/v1/messages?key=own_good', 400, 'invalid_request'],
  ])('%s %s is %i', async (method, path, status, code) => {
    // fetch does not send TRACE.
    const wire = `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`;
    const { text } = await sendRaw(edge.port, wire);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text.toLowerCase()).toContain(`saola-error-code: ${code}`);
    expect(text.toLowerCase()).not.toContain('own_good');
  });

  test('a 405 says what is allowed, a 404 where the right place is', async () => {
    expect((await ask('GET', '/v1/messages')).headers.get('allow')).toBe('POST');
    expect((await ask('POST', '/v1/messagez')).json.error?.message).toContain('POST /v1/');
  });

  test('no answer is a redirect', async () => {
    for (const path of ['//v1//messages/', '/anthropic/v1/messages/', '/v1', '/v1/', '/api', '/nothing/'])
      expect(String((await ask('POST', path)).status)).toMatch(/^[45]/);
  });
});

test('every answer has ids that are its own and equal, and headers that keep a browser from running it', async () => {
  const replies = await Promise.all(
    ['/v1/messages', '/v1/chat/completions', '/v1/nonsense', '/v1/batches'].map((path) =>
      ask('POST', path, { authorization: `Bearer ${KEY}` }),
    ),
  );
  const ids = replies.map(({ headers }) => headers.get('saola-request-id') ?? '');
  expect(new Set(ids).size).toBe(ids.length);
  for (const [at, { headers }] of replies.entries()) {
    expect(ids[at]).toMatch(UUID);
    expect(headers.get('x-request-id')).toBe(ids[at]);
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test.each([
  ['authorization', `Bearer ${KEY}`],
  ['x-api-key', KEY],
  ['x-goog-api-key', KEY],
])('%s works on every path', async (name, value) => {
  for (const path of ['/v1/chat/completions', '/v1/messages', '/v1/responses', '/v1beta/models/a%2Fb:generateContent'])
    expect((await ask('POST', path, { [name]: value })).status, path).toBe(200);
  expect((await ask('GET', '/v1/models/a%2Fb', { [name]: value })).json).toEqual({ id: 'a/b' });
  expect(edge.seen.at(-1)?.match.param).toBe('a/b');
  expect(JSON.stringify(edge.seen.at(-1)?.request)).not.toContain(KEY);
});

test('the Content-Type does not matter', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
    expect((await ask('POST', '/v1/messages', { 'x-api-key': KEY, 'content-type': type })).status).toBe(200);
});

test('a refusal reaches a client that sends all of a large body before it reads', async () => {
  const raw = openRaw(edge.port);
  raw.socket.pause();
  const body = Buffer.alloc(8 * 1024 * 1024, 'x');
  raw.socket.write(
    `POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: own_bad\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  await new Promise<void>((resolve) => raw.socket.write(body, () => resolve()));
  raw.socket.resume();
  const reply = await raw.over();
  expect(reply.text).toMatch(/^HTTP\/1\.1 401 /);
  expect(reply.end).toBe('end');
});

test('a small refused body leaves the connection usable', async () => {
  const raw = openRaw(edge.port);
  const post = (key: string) =>
    `POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: ${key}\r\nContent-Length: 2\r\n\r\n{}`;
  raw.socket.write(post('own_bad') + post(KEY));
  expect(await raw.has('HTTP/1.1 200 OK')).toBe(true);
  expect(raw.text()).toMatch(/^HTTP\/1\.1 401 /);
  raw.socket.destroy();
});

describe('upgrades', () => {
  const upgrade = (path: string, to: string) =>
    `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${to}\r\nSec-WebSocket-Key: x\r\n\r\n`;

  test('the WebSocket of Codex is 426 and the connection ends', async () => {
    const reply = await sendRaw(edge.port, upgrade('/v1/responses', 'websocket'));
    expect(reply.text).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\nconnection: close\r\n/);
    expect(reply.end).toBe('end');
  });

  test('h2c, which Java offers, is answered as plain HTTP/1.1', async () => {
    const raw = openRaw(edge.port);
    raw.socket.write(upgrade('/healthz', 'h2c'));
    expect(await raw.has('HTTP/1.1 200 OK')).toBe(true);
    raw.socket.destroy();
  });

  test('CONNECT is refused', async () => {
    const reply = await sendRaw(edge.port, 'CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n');
    expect(reply.text).toMatch(/^HTTP\/1\.1 405 /);
    expect(reply.end).toBe('end');
  });
});

describe('slow clients', () => {
  test.each([
    ['headers', 'POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api'],
    ['a body', `POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: ${KEY}\r\nContent-Length: 10\r\n\r\n{`],
    ['a body without a key', 'POST /v1/nonsense HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n{'],
  ])('that send %s too slowly lose the connection', async (_name, wire) => {
    const reply = await sendRaw(edge.port, wire);
    expect(reply.text).toMatch(/^HTTP\/1\.1 40[48] /);
    expect(reply.end).not.toBe('open');
  });
});

describe('/metrics', () => {
  const get = (headers: string) => sendRaw(edge.port, `GET /metrics HTTP/1.1\r\nConnection: close\r\n${headers}\r\n`);

  test('is for loopback peers', async () => {
    expect((await get('Host: localhost:4000\r\n')).text).toContain('saola_up 1');
    expect((await get('Host: [::1]:4000\r\n')).text).toContain('saola_up 1');
  });

  test.each([
    ['a proxy speaks for somebody', 'Host: localhost\r\nX-Forwarded-For: 203.0.113.9\r\n'],
    ['so does this one', 'Host: localhost\r\nForwarded: for=203.0.113.9\r\n'],
    ['a page of another site has its name point here', 'Host: evil.example\r\n'],
  ])('but not when %s', async (_name, headers) => {
    expect((await get(headers)).text).toMatch(/^HTTP\/1\.1 404 /);
  });

  test('nor once there is a public URL', async () => {
    const other = await startEdge({ publicUrl: 'https://saola.example' });
    expect((await fetch(`${other.url}/metrics`)).status).toBe(404);
    await other.close();
  });
});

test('a broken request behind a running answer adds nothing to it', async () => {
  const other = await startEdge({
    handle: ({ sink }) => {
      sink.head(200, ['content-type', 'text/event-stream']);
      sink.write(Buffer.from('data: 1\n\n'));
    },
  });
  const raw = openRaw(other.port);
  raw.socket.write(`POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: ${KEY}\r\nContent-Length: 2\r\n\r\n{}`);
  expect(await raw.has('data: 1')).toBe(true);
  raw.socket.write('nonsense\r\n\r\n');
  const reply = await raw.over();
  expect(reply.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(reply.end).not.toBe('open');
  await other.close();
});
