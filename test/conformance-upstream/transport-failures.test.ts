import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import type { AttemptTimeouts, UpstreamTarget } from '../../src/canonical/exchange.ts';
import type { EgressOptions } from '../../src/egress/create-egress.ts';
import { exchange, requestTo, startSender, timeouts } from './exchange-probe.ts';
import { listen, type RawUpstream, startAnswering, startRaw } from './raw-upstream.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function sender(options: EgressOptions = {}) {
  const { egress, send } = startSender(options);
  cleanups.push(() => egress.destroy());
  return send;
}

async function upstream(starting: Promise<RawUpstream>): Promise<RawUpstream> {
  const started = await starting;
  cleanups.push(() => started.close());
  return started;
}

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n';

/** One exchange with an upstream that answers with these bytes and then does `after`. */
async function answerWith(
  bytes: string,
  after: (socket: Socket) => void = () => undefined,
  own: Partial<AttemptTimeouts> = {},
) {
  const { port } = await upstream(startAnswering((socket) => socket.write(bytes, () => after(socket))));
  return exchange(sender(), requestTo(port, { timeouts: timeouts(own) }));
}

it('a port nobody listens on is refused', async () => {
  const { port, close } = await startRaw(() => undefined);
  close();
  expect(await exchange(sender(), requestTo(port))).toMatchObject({ failure: 'refused', status: undefined });
});

it('a name without an address is dns', async () => {
  const send = sender({ resolve: () => Promise.reject(new Error('getaddrinfo ENOTFOUND')) });
  const target = { ...requestTo(1).target, baseUrl: 'http://nowhere.example:8080' };
  expect((await exchange(send, requestTo(1, { target }))).failure).toBe('dns');
});

it('a refused base URL is blocked, and never said before the call has returned', async () => {
  const target: UpstreamTarget = { ...requestTo(1).target, allowPrivateNetwork: false };
  let returned = false;
  const done = exchange(sender(), requestTo(1, { target }), () => expect(returned).toBe(true));
  returned = true;
  expect((await done).failure).toBe('blocked');
});

it('a header value with a line break never reaches the wire', async () => {
  const server = await upstream(startAnswering((socket) => socket.end(`${HEAD}content-length: 0\r\n\r\n`)));
  for (const value of ['a\r\nx: y', 'a\ny', 'a\0b', 'a\u0100']) {
    let returned = false;
    const request = requestTo(server.port, { headers: ['x-app', value] });
    const done = exchange(sender(), request, () => expect(returned).toBe(true));
    returned = true;
    expect((await done).failure).toBe('blocked');
  }
  expect(server.sockets).toHaveLength(0);
});

it('a certificate that no authority vouches for is tls, whatever the environment says', async () => {
  const port = await startTls();
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  cleanups.push(() => delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']);
  expect((await exchange(sender(), secureRequest(port, 'localhost'))).failure).toBe('tls');
});

it("an operator's authority is accepted, but for another name it is still tls", async () => {
  const port = await startTls();
  const send = sender({ caPems: [certificate], resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
  expect(await exchange(send, secureRequest(port, 'localhost'))).toMatchObject({ status: 200, failure: 'none' });
  expect((await exchange(send, secureRequest(port, 'other.example'))).failure).toBe('tls');
});

it('TLS below 1.2 is tls', async () => {
  const port = await startTls({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' });
  expect((await exchange(sender({ caPems: [certificate] }), secureRequest(port, 'localhost'))).failure).toBe('tls');
});

it('a handshake that never ends is connect_timeout', async () => {
  const { port } = await upstream(startRaw(() => undefined));
  const request = { ...secureRequest(port, 'localhost'), timeouts: timeouts({ connectMs: 150 }) };
  expect((await exchange(sender(), request)).failure).toBe('connect_timeout');
});

it('a fresh connection that is reset is reset', async () => {
  const { port } = await upstream(startAnswering((socket) => socket.resetAndDestroy()));
  expect((await exchange(sender(), requestTo(port))).failure).toBe('reset');
});

it('bytes that are no HTTP are reset', async () => {
  expect(await answerWith('SSH-2.0-OpenSSH_9.9\r\n')).toMatchObject({ failure: 'reset', status: undefined });
});

it.each(['resetAndDestroy', 'destroy'] as const)('a reused connection that dies (%s) is stale_socket', async (end) => {
  const { port } = await upstream(
    startAnswering((socket, n) => {
      if (n === 0) socket.write(`${HEAD}content-length: 2\r\n\r\nok`);
      else socket[end]();
    }),
  );
  const send = sender();
  expect((await exchange(send, requestTo(port))).failure).toBe('none');
  await new Promise(setImmediate);
  expect((await exchange(send, requestTo(port))).failure).toBe('stale_socket');
});

it('a reused connection that dies after a byte of its answer is not stale', async () => {
  const { port } = await upstream(
    startAnswering((socket, n) => {
      if (n === 0) socket.write(`${HEAD}content-length: 2\r\n\r\nok`);
      else socket.write('HTTP/1.1 200 OK\r\nx-', () => socket.destroy());
    }),
  );
  const send = sender();
  expect((await exchange(send, requestTo(port))).failure).toBe('none');
  await new Promise(setImmediate);
  expect((await exchange(send, requestTo(port))).failure).toBe('reset');
});

it('silence before the headers is headers_timeout', async () => {
  expect((await answerWith('', undefined, { headersMs: 150 })).failure).toBe('headers_timeout');
});

it('silence after the headers is first_byte_timeout', async () => {
  const outcome = await answerWith(`${HEAD}content-length: 5\r\n\r\n`, undefined, { firstByteMs: 150, idleMs: 1 });
  expect(outcome).toMatchObject({ failure: 'first_byte_timeout', status: 200 });
});

it('silence inside the body is idle_timeout', async () => {
  const outcome = await answerWith(`${HEAD}content-length: 5\r\n\r\nab`, undefined, { firstByteMs: 1, idleMs: 150 });
  expect(outcome).toMatchObject({ failure: 'idle_timeout', body: Buffer.from('ab') });
});

it('bytes that keep coming end by total_timeout only', async () => {
  const { port } = await upstream(
    startAnswering((socket) => {
      socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
      const timer = setInterval(() => socket.write('1\r\nx\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    }),
  );
  const outcome = await exchange(sender(), requestTo(port, { timeouts: timeouts({ idleMs: 150, totalMs: 700 }) }));
  expect(outcome.failure).toBe('total_timeout');
  expect(outcome.body.byteLength).toBeGreaterThan(10);
});

it('a pause of ours is no silence of the upstream', async () => {
  const { port } = await upstream(startAnswering((socket) => socket.write(`${HEAD}content-length: 4\r\n\r\nab`)));
  const started = performance.now();
  const own = timeouts({ firstByteMs: 150, idleMs: 150, totalMs: 800 });
  const outcome = await exchange(sender(), requestTo(port, { timeouts: own }), (call, running) => {
    if (call === 'head') running.pause();
  });
  expect(outcome.failure).toBe('total_timeout');
  expect(performance.now() - started).toBeGreaterThanOrEqual(800);
});

it.each(['content-encoding: gzip', 'content-encoding: br, identity', 'transfer-encoding: gzip, chunked'])(
  'an answer with %s is encoded, and its connection ends',
  async (header) => {
    const server = await upstream(startAnswering((socket) => socket.write(`${HEAD}${header}\r\n\r\n3\r\nabc\r\n`)));
    const done = exchange(sender(), requestTo(server.port));
    expect(await done).toMatchObject({ failure: 'encoded', status: undefined, body: Buffer.alloc(0) });
    const [socket] = server.sockets;
    if (socket && !socket.destroyed) await once(socket, 'close');
  },
);

it('a header block over 16 KiB is too_large', async () => {
  expect((await answerWith(`${HEAD}x-long: ${'a'.repeat(20_000)}\r\n\r\n`)).failure).toBe('too_large');
});

it.each([
  ['a length', 'content-length: 9\r\n\r\nabc'],
  ['a length and connection: close', 'connection: close\r\ncontent-length: 9\r\n\r\nabc'],
  ['chunks', 'transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n'],
  ['chunks and connection: close', 'connection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n'],
])('a body with %s that ends early is cut', async (_name, rest) => {
  const outcome = await answerWith(HEAD + rest, (socket) => socket.destroySoon());
  expect(outcome).toMatchObject({ failure: 'cut', status: 200, body: Buffer.from('abc') });
});

it('a broken chunk size inside a body is cut', async () => {
  const outcome = await answerWith(`${HEAD}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n`);
  expect(outcome).toMatchObject({ failure: 'cut', body: Buffer.from('abc') });
});

it('a body without length ends with its connection', async () => {
  const outcome = await answerWith(`${HEAD}connection: close\r\n\r\nabc`, (socket) => socket.end());
  expect(outcome).toMatchObject({ failure: 'none', body: Buffer.from('abc') });
});

it('a body without length that is reset is cut', async () => {
  const server = await upstream(startAnswering((socket) => socket.write(`${HEAD}connection: close\r\n\r\nabc`)));
  const outcome = await exchange(sender(), requestTo(server.port), (call) => {
    if (call === 'data') server.sockets[0]?.resetAndDestroy();
  });
  expect(outcome).toMatchObject({ failure: 'cut', body: Buffer.from('abc') });
});

it('a full pool is pool_full: at once without a place to wait, later when the wait is too long', async () => {
  const { port } = await upstream(startRaw(() => undefined));
  const send = sender({ limits: { connectionsMax: 1, waitingMax: 1 } });
  const running = send(requestTo(port), { head() {}, data() {}, end() {}, fail() {} });
  const waiting = exchange(send, requestTo(port, { timeouts: timeouts({ connectMs: 150 }) }));
  expect((await exchange(send, requestTo(port))).failure).toBe('pool_full');
  expect((await waiting).failure).toBe('pool_full');
  running.abort();
});

it('a handler that throws ends its own exchange as aborted', async () => {
  const { port } = await upstream(startAnswering((socket) => socket.write(`${HEAD}content-length: 9\r\n\r\nabc`)));
  const outcome = await exchange(sender(), requestTo(port), (call) => {
    if (call === 'data') throw new Error('a defect');
  });
  expect(outcome.failure).toBe('aborted');
  expect(outcome.detail).toContain('a defect');
});

const certificate = readFileSync(new URL('fixtures/localhost-cert.pem', import.meta.url), 'utf8');
const privateKey = readFileSync(new URL('fixtures/localhost-key.pem', import.meta.url), 'utf8');

async function startTls(options: Parameters<typeof createTlsServer>[0] = {}): Promise<number> {
  const server = createTlsServer({ cert: certificate, key: privateKey, ...options }, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(`${HEAD}content-length: 0\r\n\r\n`));
  });
  cleanups.push(() => server.close());
  return listen(server);
}

function secureRequest(port: number, host: string) {
  return requestTo(port, { target: { ...requestTo(port).target, baseUrl: `https://${host}:${port}` } });
}

it.each(['head', 'data', 'end'] as const)('a handler that throws at %s fails its own exchange only', async (at) => {
  const server = await upstream(startAnswering((socket) => socket.write(`${HEAD}content-length: 2\r\n\r\nok`)));
  const send = sender();
  const thrown = await exchange(send, requestTo(server.port), (call) => {
    if (call === at) throw new Error('a fault of the handler');
  });
  expect(thrown).toMatchObject({ failure: 'aborted', detail: expect.stringContaining('a fault of the handler') });
  expect(await exchange(send, requestTo(server.port))).toMatchObject({ failure: 'none', status: 200 });
});
