import { afterEach, expect, test } from 'vitest';
import { type RunningMock, startMock } from '../../mock-provider/start.ts';
import { oneProvider, type RunningSaola, startSaola } from '../support/saola.ts';
import { rawCall } from './support/raw-call.ts';

let mock: RunningMock | undefined;
let saola: RunningSaola | undefined;

afterEach(async () => {
  await saola?.stop();
  await mock?.stop();
});

/** Makes a process throw outside of everything when it gets SIGUSR2. */
const THROWING = "process.on('SIGUSR2', () => { throw new Error('CANARY'); })";
const FAULTY = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(THROWING)}` };

/** A server that is told to stop, or meets a fault, while a stream of about `events` x 20 ms is under way. */
async function stopDuring(events: number, drainMs: number, ...by: NodeJS.Signals[]) {
  mock = await startMock(['--events', String(events), '--gap-ms', '20']);
  saola = await startSaola({
    config: `server: { drainGraceMs: 500, drainMs: ${drainMs} }\n${oneProvider(mock.url)}`,
    env: FAULTY,
  });
  const { key, url, signal } = saola;
  const port = Number(new URL(url).port);
  const body = JSON.stringify({
    model: 'openai/gpt-4o-mini',
    stream: true,
    messages: [{ role: 'user', content: 'hi' }],
  });
  let ready: Promise<number[]> | undefined;
  const answer = await rawCall({
    port,
    path: '/v1/chat/completions',
    body,
    headers: [['authorization', `Bearer ${key}`]],
    onData: () => {
      if (ready !== undefined) return;
      for (const name of by) signal(name);
      ready = readiness(url);
    },
  });
  return { answer, text: answer.body.toString('utf8'), ready: (await ready) ?? [] };
}

/** What /readyz says, every 50 ms, until it no longer says 200: its status, or 0 where nobody listens any more. */
async function readiness(url: string): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < 40 && (i === 0 || seen[i - 1] === 200); i++) {
    seen.push(
      await fetch(`${url}/readyz`).then(
        ({ status }) => status,
        () => 0,
      ),
    );
    // tidy-allow sleep: another process is watched, which tells nobody when it changes
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return seen;
}

/** The exit code of a server that ends by itself; a second signal would end it at once. */
async function exitCode({ pid, stop }: RunningSaola): Promise<number | null> {
  // tidy-allow sleep: another process is watched, which tells nobody when it changes
  for (let i = 0; i < 100 && isAlive(pid); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  return stop();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a running stream is finished after SIGTERM', async () => {
  const { answer, text, ready } = await stopDuring(40, 10_000, 'SIGTERM');
  expect(ready.at(-1)).toBe(503);
  expect(answer.complete).toBe(true);
  expect(text).toMatch(/data: \[DONE\]\n\n$/);
  expect(text.match(/"delta"/g)?.length).toBeGreaterThanOrEqual(40);
  if (saola !== undefined) expect(await exitCode(saola)).toBe(0);
});

test('a stream beyond the limit is cut and told why', async () => {
  const { answer, text } = await stopDuring(400, 300, 'SIGTERM');
  expect(answer.complete).toBe(false);
  expect(text).toMatch(/"code":"drain_cut"[^\n]*\n\n$/);
  expect(text).not.toContain('[DONE]');
  if (saola !== undefined) expect(await exitCode(saola)).toBe(0);
});

test('after a fault that nobody caught the running stream is finished, the fault logged, and the process ends', async () => {
  const { answer, text } = await stopDuring(40, 10_000, 'SIGUSR2');
  expect(answer.complete).toBe(true);
  expect(text).toMatch(/data: \[DONE\]\n\n$/);
  if (saola !== undefined) expect(await exitCode(saola)).toBe(1);
  const line = saola
    ?.log()
    .split('\n')
    .find((one) => one.includes('CANARY'));
  expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 'error', error: 'Error: CANARY' });
});

test('a fault during a drain cuts nothing either, and the exit code tells of it', async () => {
  const { answer } = await stopDuring(40, 10_000, 'SIGTERM', 'SIGUSR2');
  expect(answer.complete).toBe(true);
  if (saola !== undefined) expect(await exitCode(saola)).toBe(1);
  expect(saola?.log()).toContain('CANARY');
});
