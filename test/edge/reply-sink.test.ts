import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { ReplySink } from '../../src/canonical/exchange.ts';
import { openRaw } from './support/raw-client.ts';
import { KEY, type Seen, startEdge } from './support/start-edge.ts';

const POST = `POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: ${KEY}\r\nContent-Length: 2\r\n\r\n{}`;
const POST_10 = POST.replace('HTTP/1.1', 'HTTP/1.0');
const SSE = ['content-type', 'text/event-stream'];
const EVENT = Buffer.from('data: {"a":1}\n\n');

let edge: Awaited<ReturnType<typeof startEdge>>;
afterEach(() => edge.close());

async function open(handle: (seen: Seen) => void, wire = POST, stallMs = 60_000) {
  edge = await startEdge({ handle, limits: { stallMs } });
  const raw = openRaw(edge.port);
  raw.socket.write(wire);
  return raw;
}

/** An answer as a real client of Node reads it. */
function read(port: number): Promise<{ whole: boolean; text: string }> {
  return new Promise((resolve) => {
    const ask = request(
      { port, host: '127.0.0.1', path: '/v1/messages', method: 'POST', headers: { 'x-api-key': KEY } },
      (reply: IncomingMessage) => {
        let text = '';
        reply.on('data', (chunk: Buffer) => (text += chunk.toString()));
        reply.on('error', () => undefined);
        reply.on('close', () => resolve({ whole: reply.complete, text }));
      },
    );
    ask.end('{}');
  });
}

describe('streams', () => {
  test('the head leaves at once, without a body', async () => {
    const raw = await open(({ sink }) => sink.head(200, SSE));
    expect(await raw.has('\r\n\r\n')).toBe(true);
    expect(raw.text().toLowerCase()).toContain('transfer-encoding: chunked');
    raw.socket.destroy();
  });

  test.each([1, 15, 16, 255, 4_096, 32_768, 32_769, 300_000])(
    'chunks of %i bytes arrive as they were',
    async (size) => {
      const bytes = Buffer.alloc(size, 'x');
      edge = await startEdge({
        handle: ({ sink }) => {
          sink.head(200, SSE);
          sink.write(EVENT);
          sink.write(new Uint8Array(0));
          sink.write(bytes);
          sink.end(bytes);
        },
      });
      expect(await read(edge.port)).toEqual({ whole: true, text: `${EVENT}${bytes}${bytes}` });
    },
  );

  test('an end without bytes is a clean end, and the connection serves the next request', async () => {
    const raw = await open(({ sink }) => {
      sink.head(200, SSE);
      sink.write(EVENT);
      sink.end();
    });
    expect(await raw.has('0\r\n\r\n')).toBe(true);
    raw.socket.write(POST);
    await expect.poll(() => edge.seen.length).toBe(2);
    raw.socket.destroy();
  });

  test('a cut brings its bytes and is no clean end', async () => {
    edge = await startEdge({
      handle: ({ sink }) => {
        sink.head(200, SSE);
        sink.write(EVENT);
        sink.cut(Buffer.from('event: error\n\n'));
      },
    });
    expect(await read(edge.port)).toEqual({ whole: false, text: `${EVENT}event: error\n\n` });
  });

  test('a request that was sent ahead is handed over when the answer before it is out, and a cut ends behind both', async () => {
    const sinks: ReplySink[] = [];
    const raw = await open(({ sink }) => sinks.push(sink), POST + POST + POST);
    await expect.poll(() => sinks.length).toBe(1);
    sinks[0]?.send(200, [], Buffer.from('first'));
    await expect.poll(() => sinks.length).toBe(2);
    sinks[1]?.head(200, SSE);
    sinks[1]?.cut(EVENT);
    const reply = await raw.over();
    expect(reply.text).toMatch(/first[\s\S]*data: \{"a":1\}\n\n\r\n$/);
    expect(reply.end).toBe('end');
    expect(sinks.length).toBe(2);
  });

  test('to HTTP/1.0, which has no chunks, a cut is a reset', async () => {
    const raw = await open(({ sink }) => {
      sink.head(200, SSE);
      sink.write(EVENT);
      sink.cut(EVENT);
    }, POST_10);
    const reply = await raw.over();
    expect(reply.end).toBe('reset');
    expect(reply.text.toLowerCase()).not.toContain('transfer-encoding');
  });
});

describe('the client', () => {
  test('that leaves is noticed once, within 50 ms', async () => {
    const reasons: string[] = [];
    let noticed = 0;
    let sink: ReplySink | undefined;
    const raw = await open((seen) => {
      sink = seen.sink;
      sink.onClose = (reason) => {
        reasons.push(reason);
        noticed = performance.now();
      };
      sink.head(200, SSE);
      sink.write(EVENT);
    });
    await raw.has('data:');
    const left = performance.now();
    raw.socket.destroy();
    await expect.poll(() => reasons).toEqual(['left']);
    expect(noticed - left).toBeLessThan(50);
    expect(sink?.closed).toBe(true);
    expect(sink?.write(EVENT)).toBe(true);
    sink?.end(EVENT);
    sink?.cut(EVENT);
  });

  test('that reads nothing makes the writer stop at 256 KiB, and drains when it reads on', async () => {
    let sink: ReplySink | undefined;
    let handed = 0;
    let drained = 0;
    let stopped = false;
    const piece = Buffer.alloc(64 * 1024, 'x');
    const raw = await open((seen) => {
      sink = seen.sink;
      sink.onDrain = () => drained++;
      sink.head(200, SSE);
      raw.socket.pause();
      const fill = () => {
        handed += piece.length;
        if (seen.sink.write(piece)) setImmediate(fill);
        else stopped = true;
      };
      setImmediate(fill);
    });
    await expect.poll(() => stopped).toBe(true);
    // What the kernel holds for both ends is not ours to bound.
    expect(handed).toBeLessThan(16 * 1024 * 1024);
    raw.socket.resume();
    await expect.poll(() => drained).toBe(1);
    sink?.end();
    await expect.poll(() => edge.edge.openCount()).toBe(0);
    raw.socket.destroy();
  });

  test.each<[string, (sink: ReplySink, bytes: Buffer) => void, string[]]>([
    ['a stream', (sink, bytes) => sink.write(bytes), ['stalled']],
    ['a whole answer', (sink, bytes) => sink.send(200, [], bytes), []],
    ['a cut', (sink, bytes) => sink.cut(bytes), []],
  ])('that accepts nothing of %s is given up', async (name, give, told) => {
    const reasons: string[] = [];
    const bytes = Buffer.alloc(24 * 1024 * 1024, 'x');
    const raw = await open(
      ({ sink }) => {
        raw.socket.pause();
        sink.onClose = (reason) => reasons.push(reason);
        if (name !== 'a whole answer') sink.head(200, SSE);
        give(sink, bytes);
        // Keepalives are no sign of life of the client.
        if (name === 'a stream') sink.write(EVENT);
      },
      POST,
      150,
    );
    await expect.poll(() => edge.seen.length).toBe(1);
    await expect.poll(() => edge.edge.openCount(), { timeout: 5_000 }).toBe(0);
    expect(reasons).toEqual(told);
    raw.socket.destroy();
  });
});

test('a client that reads slowly, but reads, gets its whole answer', async () => {
  const size = 12 * 1024 * 1024;
  const raw = await open(({ sink }) => sink.send(200, [], Buffer.alloc(size, 'x')), POST, 700);
  raw.socket.pause();
  let got = 0;
  raw.socket.on('data', (chunk) => {
    got += chunk.length;
    // About 3 s in all: several times what a client may stand still.
    raw.socket.pause();
    setTimeout(() => raw.socket.resume(), chunk.length / 5_000);
  });
  raw.socket.resume();
  await expect.poll(() => got, { timeout: 10_000 }).toBeGreaterThanOrEqual(size);
  raw.socket.destroy();
});

describe('faults of our own', () => {
  test('an error in the handler is a 500 in the shape of the caller, and the process lives', async () => {
    edge = await startEdge({
      handle: () => {
        throw new Error('boom CANARY');
      },
    });
    const reply = await fetch(`${edge.url}/v1/messages`, { method: 'POST', headers: { 'x-api-key': KEY }, body: '{}' });
    const text = await reply.text();
    expect(reply.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ type: 'error', error: { type: 'api_error' } });
    expect(text).not.toContain('CANARY');
    expect(edge.faults).toHaveLength(1);
    expect((await fetch(`${edge.url}/healthz`)).status).toBe(200);
  });

  test('an error after the head breaks the answer, and the process lives', async () => {
    const raw = await open(({ sink }) => {
      sink.head(200, SSE);
      sink.write(EVENT);
      throw new Error('boom');
    });
    const reply = await raw.over();
    expect(reply.end).not.toBe('open');
    expect(reply.text).not.toContain('0\r\n\r\n');
    expect(edge.faults).toHaveLength(1);
  });

  test('a header that cannot be sent is a 500, not a response that hangs', async () => {
    edge = await startEdge({ handle: ({ sink }) => sink.send(200, ['x-a', 'b\r\nx-evil: 1'], EVENT) });
    const reply = await fetch(`${edge.url}/v1/messages`, { method: 'POST', headers: { 'x-api-key': KEY }, body: '{}' });
    expect(reply.status).toBe(500);
    expect(reply.headers.get('x-evil')).toBeNull();
  });
});
