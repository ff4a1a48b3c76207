import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { openRaw, sendRaw } from './support/raw-client.ts';
import { KEY, startEdge } from './support/start-edge.ts';

const MIB = 1024 * 1024;
const BODY = Buffer.from(JSON.stringify({ model: 'a/b', text: 'xin chào '.repeat(500) }));

let edge: Awaited<ReturnType<typeof startEdge>>;
afterEach(() => edge.close());

async function post(body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const reply = await fetch(`${edge.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, ...headers },
    body,
  });
  return { status: reply.status, code: reply.headers.get('saola-error-code'), text: await reply.text() };
}

function packed(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

describe('content codings', () => {
  test.each([
    ['gzip', gzipSync(BODY)],
    ['x-gzip', gzipSync(BODY)],
    ['GZIP', gzipSync(BODY)],
    ['deflate', deflateSync(BODY)],
    ['br', brotliCompressSync(BODY)],
    ['zstd', zstdCompressSync(BODY)],
    ['identity', BODY],
  ])('%s is decoded', async (coding, bytes) => {
    edge = await startEdge();
    expect((await post(packed(bytes), { 'content-encoding': coding })).status).toBe(200);
    expect(edge.seen[0]?.text).toBe(BODY.toString());
    expect(edge.seen[0]?.request.headers).not.toContain('content-encoding');
  });

  test.each(['gzip, gzip', 'compress', 'gzip, br', 'aws-chunked', '__proto__'])('%s is 415', async (coding) => {
    edge = await startEdge();
    const reply = await post(packed(gzipSync(BODY)), { 'content-encoding': coding });
    expect([reply.status, reply.code]).toEqual([415, 'unsupported_encoding']);
    expect(edge.seen).toEqual([]);
  });

  test.each([
    ['cut short', gzipSync(BODY).subarray(0, 40)],
    ['not gzip at all', Buffer.from('{"model":"a/b"}')],
  ])('gzip that is %s is a 400, and nothing is handed on', async (_name, bytes) => {
    edge = await startEdge();
    const reply = await post(packed(bytes), { 'content-encoding': 'gzip' });
    expect([reply.status, reply.code]).toEqual([400, 'invalid_request']);
    expect(edge.seen).toEqual([]);
  });

  test.each([
    ['gzip', gzipSync(Buffer.alloc(30 * MIB))],
    ['br', brotliCompressSync(Buffer.alloc(30 * MIB))],
    ['zstd', zstdCompressSync(Buffer.alloc(30 * MIB))],
  ])('a bomb of %s is too large, long before it is unpacked', async (coding, bytes) => {
    edge = await startEdge();
    const reply = await post(packed(bytes), { 'content-encoding': coding });
    expect([reply.status, reply.code]).toEqual([400, 'body_too_large']);
    expect(edge.seen).toEqual([]);
  });

  test('up to 1 MiB any ratio is taken', async () => {
    edge = await startEdge();
    expect((await post(packed(gzipSync(Buffer.alloc(MIB - 1))), { 'content-encoding': 'gzip' })).status).toBe(200);
  });
});

describe('sizes', () => {
  const limits = { bodyBytesMax: 100_000 };
  const head = `POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: ${KEY}\r\n`;

  test('a body of exactly the limit is taken, one byte more is not', async () => {
    edge = await startEdge({ limits });
    expect((await post(new Uint8Array(100_000))).status).toBe(200);
    const reply = await post(new Uint8Array(100_001));
    expect([reply.status, reply.code]).toEqual([400, 'body_too_large']);
    expect(edge.seen).toHaveLength(1);
  });

  test('chunks are counted as they come, and the answer arrives before the connection ends', async () => {
    edge = await startEdge({ limits });
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
    const reply = await sendRaw(edge.port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(4)}`);
    expect(reply.text).toContain('HTTP/1.1 400');
    expect(reply.text).toContain('body_too_large');
    expect(reply.end).toBe('end');
    expect(edge.seen).toEqual([]);
  });

  test('packed bytes count unpacked', async () => {
    edge = await startEdge({ limits });
    const reply = await post(packed(gzipSync(Buffer.alloc(100_001, 'ab'))), { 'content-encoding': 'gzip' });
    expect([reply.status, reply.code]).toEqual([400, 'body_too_large']);
  });

  test('a declared length over the limit is refused without 100-continue', async () => {
    edge = await startEdge({ limits });
    const reply = await sendRaw(edge.port, `${head}Expect: 100-continue\r\nContent-Length: 900000\r\n\r\n`);
    expect(reply.text).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('100-continue is said once the key is known, and only then', async () => {
    edge = await startEdge();
    const raw = openRaw(edge.port);
    raw.socket.write(`${head}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n`);
    expect(await raw.has('HTTP/1.1 100 Continue')).toBe(true);
    raw.socket.write('{}');
    expect(await raw.has('HTTP/1.1 200 OK')).toBe(true);
    raw.socket.destroy();
    const refused = await sendRaw(
      edge.port,
      `POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: bad\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n`,
    );
    expect(refused.text).toMatch(/^HTTP\/1\.1 401 /);
    expect(refused.end).toBe('end');
  });

  test('one account holds at most a quarter of what may be held; what it held is free after the answer', async () => {
    const waiting: (() => void)[] = [];
    edge = await startEdge({
      limits: { bufferedBytesMax: 400_000 },
      handle: ({ sink }) => waiting.push(() => sink.send(200, [], Buffer.from('{}'))),
    });
    const first = post(new Uint8Array(80_000));
    await expect.poll(() => waiting.length).toBe(1);
    const second = await post(new Uint8Array(30_000));
    expect([second.status, second.code]).toEqual([503, 'overloaded']);
    waiting[0]?.();
    expect((await first).status).toBe(200);
    await expect.poll(() => edge.edge.openCount()).toBe(0);
    const third = post(new Uint8Array(80_000));
    await expect.poll(() => waiting.length).toBe(2);
    waiting[1]?.();
    expect((await third).status).toBe(200);
  });
});

test('a client that leaves in the middle of its body is not handed on', async () => {
  edge = await startEdge();
  const raw = openRaw(edge.port);
  raw.socket.write(`POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: ${KEY}\r\nContent-Length: 10\r\n\r\n{}`);
  await expect.poll(() => edge.edge.openCount()).toBe(1);
  raw.socket.destroy();
  await expect.poll(() => edge.edge.openCount()).toBe(0);
  expect(edge.seen).toEqual([]);
  expect(edge.answers.map(({ status }) => status)).toEqual([499]);
});

describe('a packed body', () => {
  const large = Buffer.from(JSON.stringify(Array.from({ length: 12_000 }, (_, i) => Math.sin(i))));

  function asked(body: Buffer, length = body.length): Buffer {
    const head = `POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: ${KEY}\r\nContent-Encoding: gzip\r\n`;
    return Buffer.concat([Buffer.from(`${head}Content-Length: ${length}\r\n\r\n`), body]);
  }

  test('that the decoder was behind with leaves its connection reading', async () => {
    edge = await startEdge();
    const body = gzipSync(large);
    expect(body.length).toBeGreaterThan(64 * 1024);
    const raw = openRaw(edge.port);
    for (let sent = 1; sent <= 4; sent++) {
      raw.socket.write(asked(body));
      await expect.poll(() => raw.text().match(/HTTP\/1\.1 200 /g)?.length).toBe(sent);
    }
    expect(edge.seen.every(({ text }) => text === large.toString())).toBe(true);
    raw.socket.destroy();
  });

  test('with bytes behind its packed end is refused, and no answer begins while the request still comes', async () => {
    edge = await startEdge();
    const body = gzipSync(BODY);
    const reply = await sendRaw(edge.port, asked(Buffer.concat([body, Buffer.alloc(4)]), body.length + 100_000));
    expect(reply.text).toMatch(/^HTTP\/1\.1 400 /);
    expect(edge.seen).toEqual([]);
  });

  test('of a client that has left is given up, and takes up nothing any more', async () => {
    edge = await startEdge({ limits: { bufferedBytesMax: 64 * MIB } });
    const body = gzipSync(Buffer.from(JSON.stringify(large.toString().repeat(50))));
    for (let i = 1; i <= 4; i++) {
      const raw = openRaw(edge.port);
      raw.socket.write(asked(body), () => raw.socket.end());
      await expect.poll(() => edge.answers.length, { timeout: 5_000 }).toBe(i);
      raw.socket.destroy();
    }
    expect(edge.answers.every(({ status }) => status === 499)).toBe(true);
    expect(edge.seen).toEqual([]);
    expect((await post(new Uint8Array(12 * MIB))).status).toBe(200);
  });
});
