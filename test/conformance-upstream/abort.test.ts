import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it } from 'vitest';
import type { UpstreamExchange, UpstreamHandler } from '../../src/canonical/exchange.ts';
import { exchange, requestTo, startSender } from './exchange-probe.ts';
import { type RawUpstream, startAnswering, startRaw } from './raw-upstream.ts';

const { egress, send } = startSender();
const servers: RawUpstream[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  egress.destroy();
});

const HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

async function upstream(starting: Promise<RawUpstream>): Promise<RawUpstream> {
  const started = await starting;
  servers.push(started);
  return started;
}

/** Records every call and hands the exchange to `onCall`. */
function recorder(onCall: (call: keyof UpstreamHandler) => void = () => undefined) {
  const calls: (keyof UpstreamHandler)[] = [];
  const note = (call: keyof UpstreamHandler) => {
    calls.push(call);
    onCall(call);
  };
  const handler: UpstreamHandler = {
    head: () => note('head'),
    data: () => note('data'),
    end: () => note('end'),
    fail: () => note('fail'),
  };
  return { calls, handler };
}

it.each(['GET', 'POST'] as const)(
  '20 aborts after three chunks (%s): 20 upstream sockets close within 50 ms',
  async (method) => {
    const closes: Promise<number>[] = [];
    const abortedAt = new Map<string, number>();
    const server = await upstream(
      startAnswering((socket, _n, request) => {
        const name = /x-app: (\d+)/.exec(request)?.[1] ?? '';
        socket.write(HEAD);
        const timer = setInterval(() => socket.write('3\r\nabc\r\n'), 5);
        closes.push(
          once(socket, 'close').then(() => {
            clearInterval(timer);
            return performance.now() - (abortedAt.get(name) ?? Number.NaN);
          }),
        );
      }),
    );
    const calls = Array.from({ length: 20 }, (_, i) => {
      return new Promise<number>((resolve) => {
        let seen = 0;
        const recorded = recorder((call) => {
          if (call !== 'data' || ++seen < 3) return;
          abortedAt.set(String(i), performance.now());
          running.abort();
          resolve(recorded.calls.length);
        });
        const body = method === 'GET' ? [] : [Buffer.from('{}')];
        const running = send(requestTo(server.port, { method, body, headers: ['x-app', String(i)] }), recorded.handler);
      });
    });
    expect(await Promise.all(calls)).toEqual(new Array(20).fill(4));
    const delays = await Promise.all(closes);
    expect(delays).toHaveLength(20);
    expect(Math.max(...delays)).toBeLessThan(50);
  },
);

it.each(['head', 'data'] as const)(
  'nothing is called after an abort inside %s, whatever is in the buffer',
  async (at) => {
    const server = await upstream(
      startAnswering((socket) =>
        socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 6\r\n\r\nabcdef'),
      ),
    );
    const recorded = recorder((call) => call === at && running.abort());
    const running: UpstreamExchange = send(requestTo(server.port), recorded.handler);
    await closeOf(server);
    await new Promise(setImmediate);
    expect(recorded.calls).toEqual(at === 'head' ? ['head'] : ['head', 'data']);
  },
);

it('an aborted connection is never used again', async () => {
  const server = await upstream(startAnswering((socket) => socket.write(`${HEAD}3\r\nabc\r\n0\r\n\r\n`)));
  const recorded = recorder((call) => call === 'data' && running.abort());
  const running: UpstreamExchange = send(requestTo(server.port), recorded.handler);
  await closeOf(server);
  expect((await exchange(send, requestTo(server.port))).failure).toBe('none');
  expect(server.sockets).toHaveLength(2);
});

it('a finished connection is used again, and aborting a finished exchange does it no harm', async () => {
  const server = await upstream(startAnswering((socket) => socket.write(`${HEAD}3\r\nabc\r\n0\r\n\r\n`)));
  for (let i = 0; i < 5; i++) {
    expect(
      (await exchange(send, requestTo(server.port), (call, running) => call === 'end' && running.abort())).failure,
    ).toBe('none');
    await new Promise(setImmediate);
  }
  expect(server.sockets).toHaveLength(1);
});

it('an abort ends an attempt that is still connecting', async () => {
  const server = await upstream(startRaw((socket) => socket.resume()));
  const target = { ...requestTo(server.port).target, baseUrl: `https://127.0.0.1:${server.port}` };
  const recorded = recorder();
  const running = send(requestTo(server.port, { target }), recorded.handler);
  await socketOf(server);
  running.abort();
  await closeOf(server);
  expect(recorded.calls).toEqual([]);
});

it('an abort in the same turn means silence, also when the attempt had failed already', async () => {
  const recorded = recorder();
  send(requestTo(1, { target: { ...requestTo(1).target, allowPrivateNetwork: false } }), recorded.handler).abort();
  send(requestTo(1, { headers: ['x', 'a\nb'] }), recorded.handler).abort();
  send(requestTo(1), recorded.handler).abort();
  await new Promise(setImmediate);
  expect(recorded.calls).toEqual([]);
  expect(egress.connectionCount()).toBe(0);
});

it('an abort leaves the queue of a full pool', async () => {
  const own = startSender({ limits: { connectionsMax: 1, waitingMax: 1 } });
  const server = await upstream(startAnswering((socket, n) => n > 0 && socket.write(`${HEAD}0\r\n\r\n`)));
  const first = own.send(requestTo(server.port), recorder().handler);
  own.send(requestTo(server.port), recorder().handler).abort();
  const waiting = exchange(own.send, requestTo(server.port, { headers: ['x-app', 'waiting'] }));
  const socket = await socketOf(server);
  first.abort();
  await once(socket, 'close');
  const next = await socketOf(server, 1);
  next.write(`${HEAD}0\r\n\r\n`);
  expect((await waiting).failure).toBe('none');
  own.egress.destroy();
});

it('3,000 aborts, ten at a time, leave no memory and no socket behind', async () => {
  const server = await upstream(startAnswering((socket) => socket.write(`${HEAD}3\r\nabc\r\n`)));
  const abortOne = () =>
    new Promise<void>((resolve) => {
      const recorded = recorder((call) => {
        if (call !== 'data') return;
        running.abort();
        resolve();
      });
      const running: UpstreamExchange = send(requestTo(server.port), recorded.handler);
    });
  const wave = async (count: number) => {
    for (let i = 0; i < count; i += 10) {
      await Promise.all(Array.from({ length: 10 }, abortOne));
      server.sockets.length = 0;
    }
  };
  // Sockets are young garbage: the nursery of V8 grows in steps of tens of MiB until it has its full size.
  await wave(12_000);
  const before = { rss: process.memoryUsage().rss, live: liveBytes() };
  await wave(3_000);
  expect(process.memoryUsage().rss - before.rss).toBeLessThan(40 * 1_048_576);
  expect(liveBytes() - before.live).toBeLessThan(2 * 1_048_576);
  expect(egress.connectionCount()).toBe(0);
});

async function socketOf(server: RawUpstream, n = 0): Promise<Socket> {
  for (;;) {
    const socket = server.sockets[n];
    if (socket) return socket;
    await new Promise(setImmediate);
  }
}

async function closeOf(server: RawUpstream): Promise<void> {
  const socket = await socketOf(server);
  if (!socket.destroyed) await once(socket, 'close');
}

/** What is still reachable after a collection. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
