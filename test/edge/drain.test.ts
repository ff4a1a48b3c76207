import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { ReplySink } from '../../src/canonical/exchange.ts';
import { openRaw, sendRaw } from './support/raw-client.ts';
import { KEY, startEdge } from './support/start-edge.ts';

const POST = `POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: ${KEY}\r\nContent-Length: 2\r\n\r\n{}`;
const READY = 'GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n';

test('readiness goes first, while requests are still served and told to leave the connection', async () => {
  const edge = await startEdge();
  const raw = openRaw(edge.port);
  raw.socket.write(READY);
  expect(await raw.has('200 OK')).toBe(true);
  const drained = edge.edge.drain({ graceMs: 300, limitMs: 1_000 });
  const ready = await sendRaw(edge.port, READY);
  expect(ready.text).toMatch(/^HTTP\/1\.1 503 [\s\S]*draining/);
  expect(ready.text.toLowerCase()).toContain('connection: close');
  const served = await sendRaw(edge.port, POST);
  expect(served.text).toMatch(/^HTTP\/1\.1 200 /);
  expect(served.end).toBe('end');
  await drained;
});

test('running answers end in peace; new connections find nobody', async () => {
  let sink: ReplySink | undefined;
  const edge = await startEdge({ handle: (seen) => (sink = seen.sink) });
  const raw = openRaw(edge.port);
  raw.socket.write(POST);
  await expect.poll(() => sink).toBeDefined();
  const drained = edge.edge.drain({ graceMs: 0, limitMs: 5_000 });
  const refused = await new Promise<string>((resolve) => {
    const socket = connect(edge.port, '127.0.0.1', () => resolve('connected'));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });
  expect(refused).toBe('ECONNREFUSED');
  sink?.send(200, [], Buffer.from('last words'));
  await drained;
  const reply = await raw.over();
  expect(reply.text).toContain('last words');
  expect(reply.end).toBe('end');
});

test('what is left at the limit is told to its handler once, which can still cut in its own words', async () => {
  const reasons: string[] = [];
  const edge = await startEdge({
    handle: ({ sink }) => {
      sink.onClose = (reason) => {
        reasons.push(reason);
        sink.cut(Buffer.from('event: error\n\n'));
      };
      sink.head(200, ['content-type', 'text/event-stream']);
      sink.write(Buffer.from('data: 1\n\n'));
    },
  });
  const raw = openRaw(edge.port);
  raw.socket.write(POST);
  await raw.has('data: 1');
  await edge.edge.drain({ graceMs: 0, limitMs: 50 });
  const reply = await raw.over();
  expect(reasons).toEqual(['drain']);
  expect(reply.text).toContain('event: error');
  expect(reply.text).not.toContain('0\r\n\r\n');
});

test('a handler that says nothing does not hold the process', async () => {
  const edge = await startEdge({ handle: () => undefined });
  const raw = openRaw(edge.port);
  raw.socket.write(POST);
  await expect.poll(() => edge.seen.length).toBe(1);
  await edge.edge.drain({ graceMs: 0, limitMs: 10 });
  expect((await raw.over()).end).not.toBe('open');
}, 10_000);
