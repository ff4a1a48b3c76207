import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReplySink } from '../../src/canonical/exchange.ts';
import { openRaw, sendRaw } from '../edge/support/raw-client.ts';
import { answer, KEY, type Seen, startEdge } from '../edge/support/start-edge.ts';
import { RAW_FORMS } from '../security/smuggling/raw-forms.ts';
import { PROXIES, type RunningProxy, startProxy } from './start-proxy.ts';

const CANARY =
  'POST /v1/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer own_good\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}';
const POST = `POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: ${KEY}\r\nContent-Length: 2\r\n\r\n{}`;
const SSE = ['content-type', 'text/event-stream', 'x-accel-buffering', 'no'];
const GAP_MS = 100;

describe.each(PROXIES)('behind %s', (name) => {
  let edge: Awaited<ReturnType<typeof startEdge>>;
  let proxy: RunningProxy;
  let handle: (seen: Seen) => void = answer;
  beforeAll(async () => {
    edge = await startEdge({ handle: (seen) => handle(seen) });
    proxy = await startProxy(name, edge.port);
  });
  afterAll(async () => {
    await proxy?.stop();
    await edge?.close();
  });

  // Proxy and gateway agree on where a request ends exactly if each one that the gateway served has an answer of its own:
  // one more than that was smuggled, and its answer would be given to somebody else.
  test.each(RAW_FORMS.map((form) => [form.name, form] as const))(
    '%s: as many served as answered',
    async (_name, form) => {
      edge.seen.length = 0;
      const reply = await sendRaw(proxy.port, form.bytes + CANARY, 1_000);
      const served = [...reply.text.matchAll(/HTTP\/1\.[01] 200 /g)].length;
      expect(edge.seen.length).toBe(served);
      expect(edge.faults).toEqual([]);
      if (form.fate === 'served' && form.name !== 'an upgrade to h2c') expect(served).toBe(2);
    },
  );

  test('events arrive one by one', async () => {
    handle = ({ sink }) => {
      sink.head(200, SSE);
      let n = 0;
      const timer = setInterval(() => {
        sink.write(Buffer.from(`data: ${n}\n\n`));
        if (++n < 6) return;
        clearInterval(timer);
        sink.end();
      }, GAP_MS);
    };
    const raw = openRaw(proxy.port);
    const at: number[] = [];
    raw.socket.on('data', (chunk: Buffer) => chunk.includes('data: ') && at.push(performance.now()));
    raw.socket.write(POST);
    expect(await raw.has('data: 5\n\n')).toBe(true);
    expect(at).toHaveLength(6);
    raw.socket.destroy();
    handle = answer;
  });

  test('a client that leaves is noticed, and a cut stays a cut', async () => {
    const sinks: ReplySink[] = [];
    const reasons: string[] = [];
    handle = ({ sink }) => {
      sinks.push(sink);
      sink.onClose = (reason) => reasons.push(reason);
      sink.head(200, SSE);
      sink.write(Buffer.from('data: 1\n\n'));
    };
    const leaving = openRaw(proxy.port);
    leaving.socket.write(POST);
    expect(await leaving.has('data: 1')).toBe(true);
    leaving.socket.destroy();
    await expect.poll(() => reasons).toEqual(['left']);
    const reading = openRaw(proxy.port);
    reading.socket.write(POST);
    expect(await reading.has('data: 1')).toBe(true);
    sinks[1]?.cut(Buffer.from('event: error\n\n'));
    const reply = await reading.over();
    expect(reply.text).toContain('event: error');
    expect(reply.text).not.toContain('\r\n0\r\n\r\n');
    expect(reply.end).not.toBe('open');
    handle = answer;
  });
});
