import { setImmediate as turn } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openRaw, sendRaw } from './support/raw-client.ts';
import { KEY, startEdge } from './support/start-edge.ts';

const MIB = 1024 * 1024;
const PACKERS = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
};

let edge: Awaited<ReturnType<typeof startEdge>>;
beforeAll(async () => {
  edge = await startEdge({ limits: { bodyBytesMax: 4 * MIB, bufferedBytesMax: 32 * MIB } });
});
afterAll(() => edge.close());
beforeEach(() => {
  edge.seen.length = 0;
});

function post(
  body: string | Buffer<ArrayBuffer>,
  headers: Record<string, string> = {},
  path = '/v1/messages',
): Promise<Response> {
  return fetch(`${edge.url}${path}`, { method: 'POST', headers: { 'x-api-key': KEY, ...headers }, body });
}

function head(lines: string, key = KEY): string {
  return `POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: ${key}\r\n${lines}\r\n`;
}

describe('sizes', () => {
  test('a body at the cap arrives whole', async () => {
    expect((await post(Buffer.alloc(4 * MIB, 'a'))).status).toBe(200);
    expect(edge.seen[0]?.request.body.length).toBe(4 * MIB);
  });

  test.each([
    '/v1/messages',
    '/v1/chat/completions',
    '/v1/responses',
    '/v1beta/models/g:generateContent',
    '/v1/embeddings',
  ])('one byte more is 400 in plain words on %s, never 413', async (path) => {
    const response = await post(Buffer.alloc(4 * MIB + 1), {}, path);
    expect(response.status).toBe(400);
    expect(response.headers.get('saola-error-code')).toBe('body_too_large');
    expect(edge.seen).toEqual([]);
  });

  test('chunks are counted as they come, and the client can read why although it still sends', async () => {
    const raw = openRaw(edge.port);
    raw.socket.write(head('Transfer-Encoding: chunked\r\n'));
    const piece = Buffer.alloc(MIB, 'a');
    for (let i = 0; i < 8; i++)
      raw.socket.write(Buffer.concat([Buffer.from('100000\r\n'), piece, Buffer.from('\r\n')]));
    expect(await raw.has('body_too_large')).toBe(true);
    const reply = await raw.over(5_000);
    expect(reply.text).toMatch(/^HTTP\/1\.1 400 /);
    expect(reply.end).not.toBe('open');
    expect(edge.seen).toEqual([]);
  });

  test('no key, no reading: the refusal comes before the body', async () => {
    const raw = openRaw(edge.port);
    raw.socket.write(head('Content-Length: 4000000\r\n', 'own_bad'));
    expect(await raw.has('HTTP/1.1 401 ')).toBe(true);
    raw.socket.destroy();
  });

  test('what is held is given back when the answers are over', async () => {
    for (let i = 0; i < 12; i++) expect((await post(Buffer.alloc(4 * MIB))).status).toBe(200);
  });

  test('more bodies at once than one account may hold are told to come again', async () => {
    const tight = await startEdge({ limits: { bufferedBytesMax: 4 * MIB } });
    const init = { method: 'POST', headers: { 'x-api-key': KEY }, body: Buffer.alloc(MIB + 1) };
    const response = await fetch(`${tight.url}/v1/chat/completions`, init);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    await tight.close();
  });
});

test('bodies of many reads arrive whole, with requests sent ahead behind them, however they are cut', async () => {
  const sizes = [1, 70_000, 90_000, 300_000, 16_384, 65_536, 200_000];
  const bodies = sizes.map((size, i) => Buffer.alloc(size, `${i}-abcdefghijklmnopqrstuvwxyz`));
  const chunked = (body: Buffer) =>
    Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);
  const wire = Buffer.concat(
    bodies.flatMap((body, i) =>
      i % 3 === 2
        ? [Buffer.from(head('Transfer-Encoding: chunked\r\n')), chunked(body)]
        : [Buffer.from(head(`Content-Length: ${body.length}\r\n`)), body],
    ),
  );
  for (const step of [wire.length, 100_003, 65_536, 17_001]) {
    edge.seen.length = 0;
    const raw = openRaw(edge.port);
    for (let at = 0; at < wire.length; at += step) {
      raw.socket.write(wire.subarray(at, at + step));
      await turn();
    }
    await expect.poll(() => edge.seen.length).toBe(bodies.length);
    for (const [i, { request }] of edge.seen.entries())
      expect(Buffer.compare(request.body, bodies[i] ?? Buffer.alloc(0)), `${step}: body ${i}`).toBe(0);
    raw.socket.destroy();
  }
});

describe('content-encoding', () => {
  test.each(Object.entries(PACKERS))('%s is decoded and goes on as plain bytes', async (name, pack) => {
    const text = JSON.stringify({ model: 'm', messages: ['ä'.repeat(50_000)] });
    expect((await post(pack(text), { 'content-encoding': name.toUpperCase() })).status).toBe(200);
    expect(edge.seen[0]?.text).toBe(text);
  });

  test.each(Object.entries(PACKERS))('a bomb in %s is too large long before it is unpacked', async (name, pack) => {
    const response = await post(pack(Buffer.alloc(200 * MIB)), { 'content-encoding': name });
    expect([response.status, response.headers.get('saola-error-code')]).toEqual([400, 'body_too_large']);
    expect(edge.seen).toEqual([]);
  });

  test('packed more than a hundred times is too large even below the cap', async () => {
    const response = await post(gzipSync(Buffer.alloc(3 * MIB)), { 'content-encoding': 'gzip' });
    expect(response.headers.get('saola-error-code')).toBe('body_too_large');
  });

  test.each(['compress', 'gzip, gzip', 'identity, gzip', 'aws-chunked', 'constructor', '__proto__'])(
    '%s is 415',
    async (name) => {
      const response = await post('{}', { 'content-encoding': name });
      expect([response.status, response.headers.get('saola-error-code')]).toEqual([415, 'unsupported_encoding']);
      expect(edge.faults).toEqual([]);
    },
  );

  test.each(Object.entries(PACKERS))('broken %s is 400', async (name, pack) => {
    const whole = pack('{"model":"m","messages":[1,2,3,4,5,6,7,8,9]}');
    for (const body of [whole.subarray(0, whole.length - 5), Buffer.from('no such thing')])
      expect((await post(body, { 'content-encoding': name })).status).toBe(400);
    expect(edge.seen).toEqual([]);
  });

  test('a zstd frame that asks for a huge window is refused', async () => {
    // Magic, descriptor without single segment, window descriptor for 128 MiB, one empty last block.
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, 0x01, 0x00, 0x00]);
    expect((await post(frame, { 'content-encoding': 'zstd' })).status).toBe(400);
  });
});

test.each(['text/plain', 'application/json; charset=utf-16', 'multipart/form-data', ''])(
  'content-type %s changes nothing',
  async (type) => {
    expect((await post('{"a":1}', { 'content-type': type })).status).toBe(200);
    expect(edge.seen[0]?.text).toBe('{"a":1}');
  },
);

describe('Expect: 100-continue', () => {
  test('a good key is told to go on', async () => {
    const raw = openRaw(edge.port);
    raw.socket.write(head('Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n'));
    expect(await raw.has('HTTP/1.1 100 Continue\r\n\r\n')).toBe(true);
    raw.socket.write('{}');
    expect((await raw.over()).text).toContain('HTTP/1.1 200 ');
  });

  test('a bad one gets its refusal instead, and the connection ends: nobody knows whether the body still comes', async () => {
    const next = head('Content-Length: 2\r\nConnection: close\r\n');
    const raw = openRaw(edge.port);
    raw.socket.write(head('Expect: 100-continue\r\nContent-Length: 60\r\n', 'own_bad'));
    expect(await raw.has('HTTP/1.1 401 ')).toBe(true);
    raw.socket.write(`${next}{}`);
    const reply = await raw.over();
    expect(reply.text).not.toContain('100 Continue');
    expect(reply.text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(edge.seen).toEqual([]);
  });
});

describe('slow clients', () => {
  let slow: Awaited<ReturnType<typeof startEdge>>;
  beforeAll(async () => {
    slow = await startEdge({ limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } });
  });
  afterAll(() => slow.close());

  test.each([
    ['that never finish their headers', 'POST /v1/messages HTTP/1.1\r\nHost: a\r\n', '408'],
    ['that never finish their body', head('Content-Length: 100\r\n'), '408'],
    ['that never finish a chunk', `${head('Transfer-Encoding: chunked\r\n')}ff\r\na`, '408'],
  ])('%s are told and closed', async (_name, bytes, status) => {
    const reply = await sendRaw(slow.port, bytes, 2_500);
    expect(reply.text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(reply.end).not.toBe('open');
    expect(slow.seen).toEqual([]);
  });

  test('a silent connection is closed', async () => {
    expect((await sendRaw(slow.port, '', 2_500)).end).not.toBe('open');
  });
});

test('a client that leaves in the middle of its body reaches no handler', async () => {
  const raw = openRaw(edge.port);
  raw.socket.write(`${head('Content-Length: 100\r\n')}{`);
  await raw.has('never', 50);
  raw.socket.destroy();
  expect((await post('{}')).status).toBe(200);
  expect(edge.seen).toHaveLength(1);
  expect(edge.faults).toEqual([]);
});
