import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningMock, startMock } from '../../mock-provider/start.ts';
import { oneProvider, type RunningSaola, startSaola } from '../support/saola.ts';
import { rawCall } from './support/raw-call.ts';

let mock: RunningMock;
let saola: RunningSaola;
let port: number;

beforeAll(async () => {
  mock = await startMock();
  // A small heap is collected often, so that what grows in it is held and not only not yet collected.
  const env = { SAOLA_LOG_LEVEL: 'warn', NODE_OPTIONS: '--max-old-space-size=128' };
  saola = await startSaola({ config: oneProvider(mock.url), env });
  port = Number(new URL(saola.url).port);
});

afterAll(async () => {
  await saola?.stop();
  await mock?.stop();
});

const MIB = 1024 * 1024;
const BODY = JSON.stringify({
  model: 'openai/gpt-4o-mini',
  stream: true,
  messages: [{ role: 'user', content: 'hi' }],
});

/** Resident memory of the server in MiB. */
function residentMib(): number {
  const status = readFileSync(`/proc/${saola.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

function ask(onData?: (bytes: Buffer, socket: { resetAndDestroy(): unknown }) => void) {
  const headers = [['authorization', `Bearer ${saola.key}`]] as const;
  return rawCall({
    port,
    path: '/v1/chat/completions',
    body: BODY,
    headers,
    ...(onData === undefined ? {} : { onData }),
  });
}

test('a client that stops reading stops the upstream: at most 16 MiB of 256 are pulled', async () => {
  await ask();
  const event = `data: {"choices":[{"index":0,"delta":{"content":"${'x'.repeat(64 * 1024)}"},"finish_reason":null}]}\n\n`;
  await mock.control.reset();
  await mock.control.configure({ scripts: [{ chunks: [{ text: event, repeat: 4_096 }], ending: 'hang' }] });
  const before = residentMib();
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  const begun = new Promise<void>((resolve) => socket.once('data', () => resolve(void socket.pause())));
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${saola.key}\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`,
  );
  await begun;
  // tidy-allow sleep: that nothing more is pulled is what is tested
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const [stalled] = await mock.control.requests();
  const after = residentMib();
  console.info(
    `stalled client: ${((stalled?.bytesSent ?? 0) / MIB).toFixed(1)} MiB pulled, RSS +${(after - before).toFixed(1)} MiB`,
  );
  expect(stalled?.bytesSent).toBeGreaterThan(0);
  expect(stalled?.bytesSent).toBeLessThan(16 * MIB);
  expect(after - before).toBeLessThan(32);
  socket.destroy();
  const ended = await mock.control.requests({ aborted: true, wait: 1 });
  expect(ended.length).toBe(1);
  await mock.control.reset();
});

test('3,000 aborts leave no memory and no connection behind', { timeout: 90_000 }, async () => {
  await mock.control.reset();
  await mock.control.configure({ events: 1_000, gapMs: 5 });
  await abortMany(1_000);
  const before = residentMib();
  await abortMany(3_000);
  await mock.control.stats({ activeRequests: 0 });
  const after = residentMib();
  console.info(`3,000 aborts: RSS ${before.toFixed(0)} -> ${after.toFixed(0)} MiB`);
  expect((await mock.control.stats()).activeRequests).toBe(0);
  expect(after - before).toBeLessThan(40);
  await mock.control.reset();
  expect((await ask()).complete).toBe(true);
});

async function abortMany(count: number): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await ask((_bytes, socket) => socket.resetAndDestroy());
  };
  await Promise.all(Array.from({ length: 10 }, worker));
}

test('512 streams of 64 events at 20 ms flow without a stall', { timeout: 40_000 }, async () => {
  await mock.control.reset();
  await mock.control.configure({ events: 64, gapMs: 20 });
  let worst = 0;
  const gaps: number[] = [];
  const stream = async () => {
    let last = 0;
    const answer = await ask(() => {
      const now = performance.now();
      if (last > 0) gaps.push(now - last);
      if (last > 0) worst = Math.max(worst, now - last);
      last = now;
    });
    return answer.complete && answer.body.includes('[DONE]');
  };
  const whole = await Promise.all(Array.from({ length: 512 }, stream));
  gaps.sort((a, b) => a - b);
  const p99 = gaps[Math.floor(gaps.length * 0.99)] ?? 0;
  console.info(`512 streams: ${gaps.length} gaps, p99 ${p99.toFixed(0)} ms, longest ${worst.toFixed(0)} ms`);
  expect(whole.every(Boolean)).toBe(true);
  // The promise is 200 ms; client, provider and server share the cores of a test machine, so that only a stall fails.
  expect(worst).toBeLessThan(3_000);
  await mock.control.reset();
});
