import { afterEach, expect, test } from 'vitest';
import { openRaw } from './support/raw-client.ts';
import { startEdge } from './support/start-edge.ts';

let edge: Awaited<ReturnType<typeof startEdge>>;
afterEach(() => edge.close());

test('requests sent ahead by a client that reads nothing are not answered into memory, and all are once it reads', async () => {
  const large = JSON.stringify('x'.repeat(64 * 1024));
  const count = 1_500;
  let asked = 0;
  const openapi = () => {
    asked++;
    return large;
  };
  edge = await startEdge({ ports: { openapi } });
  const raw = openRaw(edge.port);
  raw.socket.pause();
  const get = 'GET /openapi.json HTTP/1.1\r\nHost: a\r\n';
  raw.socket.write(`${`${get}\r\n`.repeat(count - 1)}${get}Connection: close\r\n\r\n`);
  await expect.poll(() => asked).toBeGreaterThan(0);
  for (let i = 0; i < 20; i++) expect((await fetch(`${edge.url}/healthz`)).status).toBe(200);
  expect(asked).toBeLessThan(count / 4);
  raw.socket.resume();
  expect((await raw.over(15_000)).end).toBe('end');
  expect(asked).toBe(count);
});
