import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { ClientConnection, type ConnectionListener } from '../../src/edge/client-connection.ts';
import type { ClientRequest } from '../../src/edge/client-request.ts';
import { EDGE_LIMITS } from '../../src/edge/ports.ts';
import { SocketReplySink } from '../../src/edge/reply-sink.ts';
import { openRaw } from './support/raw-client.ts';

const KEEP_ALIVE_MS = 75_000;
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const LARGE = Buffer.alloc(32 * 1024 * 1024, 'x');

let server: Server;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

/** A connection whose time the test makes; `onRequest` gets a sink. */
async function connected(onRequest: (sink: SocketReplySink, request: ClientRequest) => void) {
  const owner = { limits: { stallMs: 3_600_000 }, draining: false, open: new Set<SocketReplySink>() };
  const listener: ConnectionListener = {
    onRequest: (request) => onRequest(new SocketReplySink(request, owner, ''), request),
    onFault: (connection) => connection.refuse(LARGE.toString('latin1')),
    onGone: () => undefined,
  };
  server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const raw = openRaw((server.address() as AddressInfo).port);
  const [socket] = (await once(server, 'connection')) as [Socket];
  sockets.push(socket, raw.socket);
  const connection = new ClientConnection(socket, listener);
  return { raw, socket, look: (atMs: number) => connection.check(atMs, EDGE_LIMITS) };
}

/** Looks twice: what changed in between is progress. */
function lookAfter(look: (atMs: number) => void, ms: number): void {
  const nowMs = performance.now();
  look(nowMs);
  look(nowMs + ms);
}

describe('a kept connection', () => {
  test('is not idle while its client still takes the last answer, and is once it has it', async () => {
    const { raw, socket, look } = await connected((sink) => sink.send(200, [], LARGE));
    raw.socket.pause();
    raw.socket.write(GET);
    await expect.poll(() => socket.writableLength).toBeGreaterThan(0);
    const nowMs = performance.now() + KEEP_ALIVE_MS + 1;
    look(nowMs);
    expect(socket.destroyed).toBe(false);
    raw.socket.resume();
    await expect.poll(() => socket.writableLength).toBe(0);
    look(nowMs + KEEP_ALIVE_MS - 1);
    expect(socket.destroyed).toBe(false);
    look(nowMs + KEEP_ALIVE_MS + 1);
    expect(socket.destroyed).toBe(true);
  });
});

describe('a client that takes nothing of its last bytes does not keep its connection for ever', () => {
  test('when it has ended its side in the middle of an answer', async () => {
    let sink: SocketReplySink | undefined;
    const { raw, socket, look } = await connected((given) => {
      sink = given;
      sink.head(200, []);
      while (sink.write(Buffer.alloc(256 * 1024)));
    });
    raw.socket.pause();
    raw.socket.write(GET);
    raw.socket.end();
    await expect.poll(() => sink?.closed).toBe(true);
    expect(socket.writableLength).toBeGreaterThan(0);
    lookAfter(look, EDGE_LIMITS.stallMs + 1);
    expect(socket.destroyed).toBe(true);
  });

  test('when it was refused', async () => {
    const { raw, socket, look } = await connected(() => undefined);
    raw.socket.pause();
    raw.socket.write('nonsense\r\n\r\n');
    await expect.poll(() => socket.writableLength).toBeGreaterThan(0);
    lookAfter(look, EDGE_LIMITS.stallMs + 1);
    expect(socket.destroyed).toBe(true);
  });

  test('but one that takes some of them now and then may take its time', async () => {
    const { raw, socket, look } = await connected(() => undefined);
    raw.socket.pause();
    raw.socket.write('nonsense\r\n\r\n');
    await expect.poll(() => socket.writableLength).toBeGreaterThan(0);
    const nowMs = performance.now();
    look(nowMs);
    raw.socket.resume();
    await expect.poll(() => raw.text().length).toBeGreaterThan(LARGE.length / 4);
    raw.socket.pause();
    look(nowMs + EDGE_LIMITS.stallMs + 1);
    expect(socket.destroyed).toBe(false);
  });
});

test('empty lines do not put off the time by which a head must have come', async () => {
  const { raw, socket, look } = await connected(() => undefined);
  const openedMs = performance.now();
  await raw.has('never', 5);
  raw.socket.write('\r\n');
  await expect.poll(() => socket.bytesRead).toBe(2);
  look(openedMs + EDGE_LIMITS.headersTimeoutMs + 1);
  expect(socket.destroyed).toBe(true);
});
