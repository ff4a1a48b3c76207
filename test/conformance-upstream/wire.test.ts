import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { AuthScheme, UpstreamRequest } from '../../src/canonical/exchange.ts';
import { exchange, requestTo, startSender, timeouts } from './exchange-probe.ts';
import { type RawUpstream, startAnswering, startRaw } from './raw-upstream.ts';

const { egress, send } = startSender();
const servers: RawUpstream[] = [];
afterAll(() => {
  for (const server of servers) server.close();
  egress.destroy();
});

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

async function upstream(starting: Promise<RawUpstream>): Promise<RawUpstream> {
  const started = await starting;
  servers.push(started);
  return started;
}

/** What an upstream gets to see of a request, as it stands on the wire. */
async function onTheWire(own: (port: number) => Partial<UpstreamRequest>): Promise<string> {
  let seen = '';
  const server = await upstream(
    startAnswering((socket, _n, request) => {
      seen = request;
      socket.write(OK);
    }),
  );
  expect((await exchange(send, requestTo(server.port, own(server.port)))).failure).toBe('none');
  return seen;
}

it('a request is written from scratch: nothing of the caller but what is handed over', async () => {
  const wire = await onTheWire((port) => ({
    target: { ...requestTo(port).target, extraHeaders: ['x-extra', 'data'] },
    headers: ['content-type', 'application/json', 'x-app', 'cli', 'x-app', 'twice'],
  }));
  const [head = '', body] = wire.split('\r\n\r\n');
  const [line, ...headers] = head.split('\r\n');
  expect(line).toBe('POST /v1/chat/completions HTTP/1.1');
  expect(headers.sort()).toEqual([
    'accept-encoding: identity',
    'authorization: Bearer sk-k',
    'connection: keep-alive',
    'content-length: 2',
    'content-type: application/json',
    expect.stringMatching(/^host: 127\.0\.0\.1:\d+$/),
    'x-app: cli',
    'x-app: twice',
    'x-extra: data',
  ]);
  expect(body).toBe('{}');
});

it('credentials, framing and forwarding headers never pass, even if the pipeline let one through', async () => {
  const names = [
    'authorization',
    'cookie',
    'x-api-key',
    'x-goog-api-key',
    'proxy-authorization',
    'host',
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-host',
    'via',
    'connection',
    'keep-alive',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'expect',
    'content-length',
    'content-encoding',
    'accept-encoding',
  ];
  const wire = await onTheWire(() => ({ headers: names.flatMap((name) => [name, 'leaked']) }));
  expect(wire).not.toContain('leaked');
});

it.each<[AuthScheme, RegExp]>([
  [{ type: 'bearer' }, /\r\nauthorization: Bearer sk-k\r\n/],
  [{ type: 'header', name: 'x-api-key' }, /\r\nx-api-key: sk-k\r\n/],
  [{ type: 'query', name: 'key' }, /^POST \/v1\/chat\/completions\?alt=sse&key=sk-k HTTP/],
  [{ type: 'none' }, /^(?![\s\S]*sk-k)/],
])('the key goes where the provider wants it: %j', async (auth, expected) => {
  const path = auth.type === 'query' ? '/chat/completions?alt=sse' : '/chat/completions';
  const wire = await onTheWire((port) => ({ path, target: { ...requestTo(port).target, auth } }));
  expect(wire).toMatch(expected);
});

it('a keyless provider gets no credential', async () => {
  expect(await onTheWire(() => ({ providerKeyId: undefined }))).not.toContain('authorization');
});

it('a GET without a body has no length', async () => {
  const wire = await onTheWire(() => ({ method: 'GET', path: '/models', body: [] }));
  expect(wire).toMatch(/^GET \/v1\/models HTTP/);
  expect(wire).not.toContain('content-length');
});

it('a body in any pieces arrives whole, in order and with its length', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 8 });
  let seen = '';
  const server = await upstream(
    startAnswering((socket, _n, request) => {
      seen = request;
      socket.write(OK);
    }),
  );
  await fc.assert(
    fc.asyncProperty(sizes, async (lengths) => {
      const body = lengths.map((length, i) => Buffer.alloc(length, 'abcdefgh'[i]));
      expect((await exchange(send, requestTo(server.port, { body }))).failure).toBe('none');
      const whole = Buffer.concat(body).toString();
      expect(seen.slice(seen.indexOf('\r\n\r\n') + 4)).toBe(whole);
      expect(seen).toContain(`content-length: ${whole.length}\r\n`);
    }),
    { numRuns: 40 },
  );
});

it('response headers come in lower case, in their order and with every value of a repeated one; 1xx answers are passed over', async () => {
  const server = await upstream(
    startAnswering((socket) =>
      socket.write(
        'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 429 Too Many\r\nX-A: 1\r\nRetry-After: 7\r\nx-a: 2\r\n__proto__: p\r\nContent-Length: 0\r\n\r\n',
      ),
    ),
  );
  const outcome = await exchange(send, requestTo(server.port));
  expect(outcome).toMatchObject({ failure: 'none', status: 429 });
  expect(outcome.headers).toEqual([
    'x-a',
    '1',
    'retry-after',
    '7',
    'x-a',
    '2',
    '__proto__',
    'p',
    'content-length',
    '0',
  ]);
});

it('sockets are not shared between providers or keys', async () => {
  const server = await upstream(startAnswering((socket) => socket.write(OK)));
  const base = requestTo(server.port);
  const other = { ...base.target, providerId: 'other' };
  for (const own of [{}, { providerKeyId: 'k2' }, { target: other }, {}]) {
    await exchange(send, requestTo(server.port, own));
    await new Promise(setImmediate);
  }
  expect(server.sockets).toHaveLength(3);
});

it('idle connections close by themselves before a server would, and their pool is forgotten', async () => {
  const own = startSender({ limits: { idleMs: 100 } });
  const server = await upstream(startAnswering((socket) => socket.write(OK)));
  await exchange(own.send, requestTo(server.port));
  expect(own.egress.connectionCount()).toBe(1);
  const [socket] = server.sockets;
  if (socket && !socket.destroyed) await once(socket, 'close');
  await new Promise(setImmediate);
  expect(own.egress.connectionCount()).toBe(0);
});

it('closing ends idle connections at once and busy ones after their answer', async () => {
  const own = startSender();
  const server = await upstream(startAnswering((socket, _n, request) => request.includes('quick') && socket.write(OK)));
  const slow = exchange(own.send, requestTo(server.port));
  await exchange(own.send, requestTo(server.port, { headers: ['x-app', 'quick'] }));
  await new Promise(setImmediate);
  own.egress.close();
  expect(own.egress.connectionCount()).toBe(1);
  server.sockets[0]?.write(OK);
  expect((await slow).failure).toBe('none');
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(own.egress.connectionCount()).toBe(0);
});

it('small writes are not held back for an acknowledgement', async () => {
  // A second write meets Nagle's algorithm and a delayed acknowledgement: about 40 ms each without noDelay.
  const server = await upstream(
    startRaw((socket) => {
      socket.on('data', (chunk) => {
        if (chunk.toString('latin1').endsWith('tail')) socket.write(OK);
      });
    }),
  );
  const body = [Buffer.alloc(17_000, 'x'), Buffer.alloc(17_000, 'y'), Buffer.from('tail')];
  const started = performance.now();
  for (let i = 0; i < 50; i++) {
    expect((await exchange(send, requestTo(server.port, { body, timeouts: timeouts() }))).failure).toBe('none');
    await new Promise(setImmediate);
  }
  expect(performance.now() - started).toBeLessThan(1_000);
});
