import { afterEach, describe, expect, test, vi } from 'vitest';
import type { AuthResult } from '../../src/edge/ports.ts';
import { openRaw, sendRaw } from './support/raw-client.ts';
import { type EdgeSetup, KEY, PRINCIPAL, type Seen, startEdge } from './support/start-edge.ts';

const EVENT = Buffer.from('data: {"a":1}\n\n');
const SSE = ['content-type', 'text/event-stream'];

const open: { close(): Promise<void> }[] = [];
async function start(setup: EdgeSetup) {
  const edge = await startEdge(setup);
  open.push(edge);
  return edge;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((edge) => edge.close()));
});

function asked(version: '1.0' | '1.1' = '1.1', lines = ''): string {
  return `POST /v1/chat/completions HTTP/${version}\r\nHost: a\r\nx-api-key: ${KEY}\r\nContent-Length: 2\r\n${lines}\r\n{}`;
}

/** The reason that `onClose` is called with, and after how long. */
function closing(sink: Seen['sink']): Promise<{ reason: string; afterMs: number }> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    sink.onClose = (reason) => resolve({ reason, afterMs: performance.now() - startedMs });
  });
}

describe('a streamed answer', () => {
  test('ends cleanly with the last chunk, and the connection serves the next request', async () => {
    const edge = await start({
      handle: ({ sink }) => {
        sink.head(200, SSE);
        sink.write(EVENT);
        sink.end(EVENT);
      },
    });
    const reply = await sendRaw(edge.port, asked() + asked('1.1', 'Connection: close\r\n'));
    expect(reply.text.match(/^HTTP\/1\.1 200 /gm)).toHaveLength(2);
    expect(reply.text.match(/f\r\ndata: \{"a":1\}\n\n\r\nf\r\ndata: \{"a":1\}\n\n\r\n0\r\n\r\n/g)).toHaveLength(2);
    expect(reply.end).toBe('end');
  });

  test.each([0, 3, 40_000])('that is cut after %i more bytes never looks complete', async (length) => {
    const edge = await start({
      handle: ({ sink }) => {
        sink.head(200, SSE);
        sink.write(EVENT);
        sink.cut(Buffer.alloc(length, 'x'));
      },
    });
    const reply = await sendRaw(edge.port, asked());
    expect(reply.text).toContain('data: {"a":1}');
    expect(reply.text.split('x'.repeat(3)).length > 1).toBe(length > 0);
    expect(reply.text).not.toContain('\r\n0\r\n\r\n');
    expect(reply.end).not.toBe('open');
    await expect(
      fetch(`${edge.url}/v1/messages`, { method: 'POST', headers: { 'x-api-key': KEY } }).then((r) => r.text()),
    ).rejects.toThrow();
  });

  test('on HTTP/1.0 it has no chunks, and a cut is a reset, since the end of the connection is a clean end there', async () => {
    let cut = false;
    const edge = await start({
      handle: ({ sink }) => {
        sink.head(200, SSE);
        sink.write(EVENT);
        if (cut) sink.cut(EVENT);
        else sink.end(EVENT);
      },
    });
    const whole = await sendRaw(edge.port, asked('1.0'));
    expect(whole.text).toContain('\r\n\r\ndata: {"a":1}\n\ndata: {"a":1}\n\n');
    expect(whole.end).toBe('end');
    cut = true;
    expect((await sendRaw(edge.port, asked('1.0'))).end).toBe('reset');
  });

  test('the head leaves although nothing has been written yet', async () => {
    const edge = await start({ handle: ({ sink }) => sink.head(200, SSE) });
    const raw = openRaw(edge.port);
    raw.socket.write(asked());
    expect(await raw.has('\r\n\r\n')).toBe(true);
    raw.socket.destroy();
  });
});

describe('a client', () => {
  test('that leaves is noticed at once', async () => {
    let closed: ReturnType<typeof closing> | undefined;
    const edge = await start({
      handle: ({ sink }) => {
        sink.head(200, SSE);
        sink.write(EVENT);
      },
    });
    const raw = openRaw(edge.port);
    raw.socket.write(asked());
    expect(await raw.has('data:')).toBe(true);
    const sink = edge.seen[0]?.sink;
    if (sink !== undefined) closed = closing(sink);
    raw.socket.destroy();
    const { reason, afterMs } = (await closed) ?? { reason: 'none', afterMs: 0 };
    expect(reason).toBe('left');
    expect(afterMs).toBeLessThan(500);
    expect(sink?.closed).toBe(true);
    expect(edge.edge.openCount()).toBe(0);
  });

  test('that leaves before the head is noticed too', async () => {
    let told: ReturnType<typeof closing> | undefined;
    const edge = await start({
      handle: ({ sink }) => {
        told = closing(sink);
      },
    });
    const raw = openRaw(edge.port);
    raw.socket.write(asked());
    await vi.waitFor(() => expect(told).toBeDefined());
    raw.socket.destroy();
    expect((await told)?.reason).toBe('left');
  });

  test.each([
    ['with its body sent', asked()],
    ['with its body still to come', asked().slice(0, -2)],
  ])(
    'that leaves while its key is looked up, %s, reaches no handler and leaves nothing behind',
    async (_name, wire) => {
      let known: ((result: AuthResult) => void) | undefined;
      const authenticate = () =>
        new Promise<AuthResult>((resolve) => {
          known = resolve;
        });
      const edge = await start({ ports: { authenticate } });
      const raw = openRaw(edge.port);
      raw.socket.write(wire);
      await expect.poll(() => known).toBeDefined();
      raw.socket.end();
      expect((await raw.over()).end).toBe('end');
      known?.({ ok: true, principal: PRINCIPAL });
      await expect.poll(() => edge.answers.map(({ status }) => status)).toEqual([499]);
      expect(edge.seen).toEqual([]);
      expect(edge.edge.openCount()).toBe(0);
    },
  );

  test('that reads nothing is asked to be waited for, and is given up when it takes nothing at all', async () => {
    let told: ReturnType<typeof closing> | undefined;
    let waits = 0;
    const edge = await start({
      limits: { stallMs: 150 },
      handle: ({ sink }) => {
        told = closing(sink);
        sink.head(200, SSE);
        const fill = () => {
          while (sink.write(Buffer.alloc(64 * 1024, 'x')) && !sink.closed);
          waits++;
        };
        sink.onDrain = fill;
        fill();
      },
    });
    const raw = openRaw(edge.port);
    raw.socket.pause();
    raw.socket.write(asked());
    await vi.waitFor(() => expect(told).toBeDefined());
    expect(waits).toBeGreaterThan(0);
    expect((await told)?.reason).toBe('stalled');
    await vi.waitFor(() => expect(edge.edge.openCount()).toBe(0));
    raw.socket.destroy();
  });

  test('that reads nothing of a whole answer does not keep its connection for ever', async () => {
    const edge = await start({
      limits: { stallMs: 150 },
      handle: ({ sink }) => sink.send(200, [], Buffer.alloc(64 * 1024 * 1024)),
    });
    const raw = openRaw(edge.port);
    raw.socket.pause();
    raw.socket.write(asked());
    await vi.waitFor(() => expect(edge.seen).toHaveLength(1));
    await vi.waitFor(() => expect(edge.edge.openCount()).toBe(0), 5_000);
    raw.socket.resume();
    await raw.over();
    expect(raw.text().length).toBeLessThan(64 * 1024 * 1024);
  });

  test('that reads slowly but steadily gets a large answer whole', async () => {
    const size = 24 * 1024 * 1024;
    const edge = await start({
      limits: { stallMs: 400 },
      handle: ({ sink }) => sink.send(200, [], Buffer.alloc(size, 'x')),
    });
    const raw = openRaw(edge.port);
    let read = 0;
    raw.socket.on('data', (chunk: Buffer) => {
      read += chunk.length;
      raw.socket.pause();
      setTimeout(() => raw.socket.resume(), 4);
    });
    raw.socket.write(asked('1.1', 'Connection: close\r\n'));
    const reply = await raw.over(15_000);
    expect(reply.end).toBe('end');
    expect(read).toBeGreaterThan(size);
  });

  test('that has taken what waited is told to the writer', async () => {
    let drained = 0;
    const edge = await start({
      handle: ({ sink }) => {
        sink.head(200, SSE);
        sink.onDrain = () => {
          drained++;
          sink.end();
        };
        let full = false;
        while (!full) full = !sink.write(Buffer.alloc(1024 * 1024, 'x'));
      },
    });
    const raw = openRaw(edge.port);
    raw.socket.write(asked('1.1', 'Connection: close\r\n'));
    expect((await raw.over(5_000)).end).toBe('end');
    expect(drained).toBe(1);
  });
});

describe('bytes that break the rules behind a good request', () => {
  test('never write into the answer that is under way', async () => {
    let finish: (() => void) | undefined;
    const edge = await start({
      handle: ({ sink }) => {
        sink.head(200, SSE);
        sink.write(EVENT);
        finish = () => sink.end();
      },
    });
    const raw = openRaw(edge.port);
    raw.socket.write(asked());
    expect(await raw.has('data:')).toBe(true);
    raw.socket.write('nonsense\r\n\r\n');
    const reply = await raw.over();
    finish?.();
    expect(reply.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(reply.text).not.toContain('\r\n0\r\n\r\n');
  });
});

describe('an answer that does not ask for the body of its request', () => {
  const head = 'GET /healthz HTTP/1.1\r\nHost: a\r\n';

  test.each([
    ['chunks', 'Transfer-Encoding: chunked\r\n', '5\r\nabcde\r\nnonsense'],
    ['more than 64 KiB', 'Content-Length: 100000\r\n', 'abc'],
    ['bytes that may never come', 'Expect: 100-continue\r\nContent-Length: 60\r\n', ''],
  ])('ends its connection in front of %s, and nothing in them is answered', async (_name, lines, body) => {
    const edge = await start({});
    const raw = openRaw(edge.port);
    raw.socket.write(`${head}${lines}\r\n${body}`);
    const reply = await raw.over();
    expect(reply.text).toContain('\r\nconnection: close\r\n');
    expect(reply.text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(reply.end).toBe('end');
  });

  test('serves the next request behind a short one', async () => {
    const edge = await start({});
    const reply = await sendRaw(edge.port, `${head}Content-Length: 5\r\n\r\nabcde${head}Connection: close\r\n\r\n`);
    expect(reply.text.match(/HTTP\/1\.1 200 /g)).toHaveLength(2);
  });
});

describe('drain', () => {
  test('running answers may end, the connection closes behind them, and nothing new is taken', async () => {
    const edge = await startEdge({ handle: ({ sink }) => sink.head(200, SSE) });
    const raw = openRaw(edge.port);
    raw.socket.write(asked());
    expect(await raw.has('\r\n\r\n')).toBe(true);
    const drained = edge.edge.drain({ graceMs: 0, limitMs: 5_000 });
    await vi.waitFor(() => expect(fetch(`${edge.url}/healthz`)).rejects.toThrow());
    edge.seen[0]?.sink.end(EVENT);
    const reply = await raw.over();
    expect(reply.text).toContain('data: {"a":1}\n\n\r\n0\r\n\r\n');
    expect(reply.end).toBe('end');
    await drained;
  });

  test('readiness goes first, while requests are still served and told that the connection ends', async () => {
    const edge = await startEdge();
    const drained = edge.edge.drain({ graceMs: 400, limitMs: 0 });
    expect((await fetch(`${edge.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${edge.url}/healthz`)).status).toBe(200);
    const response = await fetch(`${edge.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': KEY },
      body: '{}',
    });
    expect([response.status, response.headers.get('connection')]).toEqual([200, 'close']);
    await drained;
  });

  test('answers that outlast the limit are told why, and end in their own words', async () => {
    const edge = await startEdge({
      handle: ({ sink }) => {
        sink.head(200, SSE);
        sink.onClose = (reason) => sink.cut(Buffer.from(`event: ${reason}\n\n`));
      },
    });
    const raw = openRaw(edge.port);
    raw.socket.write(asked());
    expect(await raw.has('\r\n\r\n')).toBe(true);
    await edge.edge.drain({ graceMs: 0, limitMs: 50 });
    const reply = await raw.over();
    expect(reply.text).toContain('event: drain\n\n');
    expect(reply.text).not.toContain('\r\n0\r\n\r\n');
  });

  test('an answer that nobody ends does not hold the process up', async () => {
    const edge = await startEdge({ handle: ({ sink }) => sink.head(200, SSE) });
    const raw = openRaw(edge.port);
    raw.socket.write(asked());
    expect(await raw.has('\r\n\r\n')).toBe(true);
    const startedMs = performance.now();
    await edge.edge.drain({ graceMs: 0, limitMs: 50 });
    expect(performance.now() - startedMs).toBeLessThan(4_000);
    expect((await raw.over()).end).not.toBe('open');
  });
});

test('sockets of the server send at once (noDelay)', async () => {
  const edge = await start({
    handle: ({ sink }) => {
      sink.head(200, SSE);
      sink.write(EVENT);
      setTimeout(() => sink.write(EVENT), 1);
      setTimeout(() => sink.end(EVENT), 2);
    },
  });
  const times: number[] = [];
  for (let i = 0; i < 10; i++) {
    const startedMs = performance.now();
    await sendRaw(edge.port, asked('1.1', 'Connection: close\r\n'));
    times.push(performance.now() - startedMs);
  }
  // Nagle and a delayed acknowledgement together show as 40 ms.
  expect(Math.min(...times)).toBeLessThan(30);
});
