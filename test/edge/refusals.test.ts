import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { gatewayError } from '../../src/canonical/error.ts';
import { openRaw, sendRaw } from './support/raw-client.ts';
import { KEY, startEdge } from './support/start-edge.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let edge: Awaited<ReturnType<typeof startEdge>>;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge.close());
beforeEach(() => {
  for (const list of [edge.seen, edge.refused, edge.answers, edge.faults]) list.length = 0;
});

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${edge.url}${path}`, init);
}

function post(path: string, headers: Record<string, string> = { authorization: `Bearer ${KEY}` }): Promise<Response> {
  return ask(path, { method: 'POST', headers, body: '{}' });
}

describe('an error has the shape of the protocol that was spoken', () => {
  const openai = { message: expect.any(String), type: 'invalid_request_error', param: null };
  const saola = { code: 'invalid_api_key', retryable: false };
  test.each([
    ['/v1/chat/completions', { error: { ...openai, code: 'invalid_api_key', saola } }],
    ['/v1/responses', { error: { ...openai, code: 'invalid_api_key', saola } }],
    [
      '/v1/messages',
      {
        type: 'error',
        error: { type: 'authentication_error', message: expect.any(String), saola },
        request_id: expect.stringMatching(UUID),
      },
    ],
    [
      '/v1beta/models/g:generateContent',
      { error: { code: 401, message: expect.any(String), status: 'UNAUTHENTICATED', saola } },
    ],
    [
      '/v1beta/models/g:streamGenerateContent',
      [{ error: { code: 401, message: expect.any(String), status: 'UNAUTHENTICATED', saola } }],
    ],
    [
      '/v1beta/models/g:streamGenerateContent?alt=sse',
      { error: { code: 401, message: expect.any(String), status: 'UNAUTHENTICATED', saola } },
    ],
  ])('%s', async (path, body) => {
    const response = await post(path, {});
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual(body);
    const { headers } = response;
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('saola-error-code')).toBe('invalid_api_key');
    expect(headers.get('x-should-retry')).toBe('false');
    expect(headers.get('retry-after')).toBeNull();
    expect(headers.get('saola-request-id')).toMatch(UUID);
    expect(headers.get('x-request-id')).toBe(headers.get('saola-request-id'));
    expect(headers.get('request-id')).toBe(path === '/v1/messages' ? headers.get('x-request-id') : null);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(headers.get('location')).toBeNull();
    expect(edge.seen).toEqual([]);
  });

  test('a passing failure says when to come again, at most in 60 seconds, and never not to', async () => {
    const failing = await startEdge({
      ports: {
        authenticate: () => {
          throw gatewayError('state_unavailable', 'Not now.', { retryAfterSeconds: 900 });
        },
      },
    });
    const response = await fetch(`${failing.url}/v1/messages`, { method: 'POST', headers: { 'x-api-key': KEY } });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('60');
    expect(response.headers.get('x-should-retry')).toBeNull();
    await failing.close();
  });
});

describe('paths and methods', () => {
  test.each([
    ['POST', '/v1/chat/completion', 404, 'POST /v1/chat/completions'],
    ['POST', '/v1/messages/nothing', 404, 'POST /v1/messages'],
    ['POST', '/v1/responses_', 404, 'POST /v1/responses'],
    ['POST', '/v1beta/tunedModels', 404, ':generateContent'],
    ['POST', '/v1beta/models/g:fly', 405, 'GET'],
    ['GET', '/v1/chat/completions', 405, 'POST'],
    ['DELETE', '/v1/messages', 405, 'POST'],
    ['PATCH', '/v1/models', 405, 'GET'],
    ['OPTIONS', '/v1/messages', 405, 'POST'],
    ['POST', '/v1/images/generations', 501, 'not supported'],
    ['GET', '/v1/responses/resp_1', 501, 'not supported'],
  ])('%s %s is %i and says what would be right', async (method, path, status, words) => {
    const response = await ask(path, { method, headers: { authorization: `Bearer ${KEY}` } });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(words);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(edge.seen).toEqual([]);
  });

  test.each(['/v1//messages/', '/messages', '/anthropic/v1/messages', '/v1/v1/messages?beta=true'])(
    '%s is served where it was meant, without a redirect',
    async (path) => {
      const response = await ask(path, {
        method: 'POST',
        headers: { 'x-api-key': KEY },
        body: '{}',
        redirect: 'error',
      });
      expect(response.status).toBe(200);
      expect(edge.seen.map(({ request }) => request.path)).toEqual(['/v1/messages']);
    },
  );

  test('TRACE and CONNECT open nothing', async () => {
    const trace = await sendRaw(edge.port, 'TRACE /v1/messages HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(trace.text).toContain('HTTP/1.1 405');
    const tunnel = await sendRaw(edge.port, 'CONNECT example.org:443 HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(tunnel).toEqual({ text: expect.stringContaining('HTTP/1.1 405'), end: 'end' });
  });

  test.each(['/', '/api/hello'])('HEAD %s is 200 without a key', async (path) => {
    const response = await ask(path, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  test('a WebSocket at /v1/responses is told 426, so that Codex falls back at once', async () => {
    const upgrade = 'Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n';
    const reply = await sendRaw(edge.port, `GET /v1/responses HTTP/1.1\r\n${upgrade}`);
    expect(reply.text).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\n/);
    expect(reply.text).toContain('connection: close');
    expect(reply.text).toMatch(/\r\nsaola-request-id: [0-9a-f-]{36}\r\n/);
    expect(reply.end).toBe('end');
  });

  test('a client that resets its connection during an upgrade ends nothing else', async () => {
    const upgrade = 'GET /v1/responses HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    for (let i = 0; i < 20; i++) {
      const raw = openRaw(edge.port);
      raw.socket.write(upgrade, () => raw.socket.resetAndDestroy());
      await raw.over(50);
    }
    expect((await ask('/healthz')).status).toBe(200);
  });
});

describe('credentials', () => {
  test.each<[string, string, string, number]>([
    ['Bearer', '/v1/messages', `Authorization: Bearer ${KEY}`, 200],
    ['x-api-key on an OpenAI path', '/v1/chat/completions', `X-Api-Key: ${KEY}`, 200],
    ['x-goog-api-key on an Anthropic path', '/v1/messages', `x-goog-api-key: ${KEY}`, 200],
    ['two different ones, one of ours', '/v1/messages', `Authorization: Bearer sk-1\r\nx-api-key: ${KEY}`, 200],
    ['one value in two headers', '/v1/messages', `Authorization: Bearer ${KEY}\r\nx-api-key: ${KEY}`, 200],
    [
      'two of ours: Bearer is the one that counts',
      '/v1/messages',
      `x-api-key: ${KEY}\r\nAuthorization: Bearer own_bad`,
      401,
    ],
    ['one header twice', '/v1/messages', `x-api-key: ${KEY}\r\nx-api-key: ${KEY}`, 401],
    ['Authorization twice', '/v1/messages', `Authorization: Bearer ${KEY}\r\nAuthorization: Bearer sk-1`, 401],
    ['?key= on a Gemini path', `/v1beta/models/g:generateContent?key=${KEY}`, 'X-A: b', 200],
    ['?key= on any other path', `/v1/messages?key=${KEY}`, `x-api-key: ${KEY}`, 400],
    ['a key under another name in a URL', `/v1beta/models/g:generateContent?api_key=${KEY}`, `x-api-key: ${KEY}`, 400],
    ['a cookie', '/v1/messages', `Cookie: key=${KEY}`, 401],
  ])('%s', async (_name, path, lines, status) => {
    const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n`;
    const reply = await sendRaw(edge.port, `${head}${lines}\r\n\r\n{}`);
    expect(reply.text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(edge.seen.length).toBe(status === 200 ? 1 : 0);
    expect(JSON.stringify(edge.seen.map(({ request }) => [request.query, request.headers]))).not.toContain(KEY);
    expect(reply.text).not.toContain(KEY);
    expect(JSON.stringify(edge.answers)).not.toContain(KEY);
  });

  test('headers with an underscore do not reach the handler, but for session_id', async () => {
    const lines = `x-api-key: ${KEY}\r\nX_Api_Key: other\r\nx_forwarded_for: 1.2.3.4\r\nsession_id: s1\r\nCookie: a=b`;
    await sendRaw(edge.port, `POST /v1/messages HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines}\r\n\r\n`);
    expect(edge.seen[0]?.request.headers).toEqual(['session_id', 's1']);
  });
});

describe('/metrics', () => {
  test('answers a loopback peer', async () => {
    expect(await (await ask('/metrics')).text()).toBe('saola_up 1\n');
  });

  test.each([{ 'x-forwarded-for': '127.0.0.1' }, { forwarded: 'for=127.0.0.1' }])(
    'but no proxy: %o',
    async (headers) => {
      expect((await ask('/metrics', { headers })).status).toBe(404);
    },
  );

  test('nor a page of a site whose name points here', async () => {
    const reply = await sendRaw(edge.port, 'GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    expect(reply.text).toContain('HTTP/1.1 404');
  });

  test('nor anybody once there is a public URL', async () => {
    const open = await startEdge({ publicUrl: 'https://ai.example.org' });
    expect((await fetch(`${open.url}/metrics`)).status).toBe(404);
    await open.close();
  });
});

test('a fault of our own is 500 without its text, and the next request is served', async () => {
  const failing = await startEdge({
    handle: () => {
      throw new Error('CANARY');
    },
  });
  const init = { method: 'POST', headers: { 'x-api-key': KEY }, body: '{}' };
  for (let i = 0; i < 2; i++) {
    const response = await fetch(`${failing.url}/v1/messages`, init);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('CANARY');
    expect(response.headers.get('saola-error-code')).toBe('internal_error');
  }
  expect(failing.faults.map(String)).toEqual(['Error: CANARY', 'Error: CANARY']);
  await failing.close();
});

test('a fault after the head breaks the answer off instead of ending it', async () => {
  const failing = await startEdge({
    handle: ({ sink }) => {
      sink.head(200, ['content-type', 'text/event-stream']);
      sink.write(Buffer.from('data: 1\n\n'));
      throw new Error('CANARY');
    },
  });
  const head = `POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: ${KEY}\r\n\r\n`;
  const reply = await sendRaw(failing.port, head);
  expect(reply.text).not.toContain('0\r\n\r\n');
  expect(reply.end).not.toBe('open');
  expect(failing.faults).toHaveLength(1);
  await failing.close();
});
