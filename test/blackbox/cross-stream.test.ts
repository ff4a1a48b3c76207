import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningMock, startMock } from '../../mock-provider/start.ts';
import { oneProvider, type RunningSaola, startSaola } from '../support/saola.ts';
import { rawCall } from './support/raw-call.ts';

// Sockets, buffers and parsers are used again and again by requests of different callers: what one of them asked for must
// never be seen by another (security.md, S18).

let mock: RunningMock;
let saola: RunningSaola;

beforeAll(async () => {
  mock = await startMock(['--no-log']);
  saola = await startSaola({ config: oneProvider(mock.url), env: { SAOLA_LOG_LEVEL: 'warn' } });
});

afterAll(async () => {
  await saola?.stop();
  await mock?.stop();
});

const STREAMS = 1_000;
const WAVES = 2;

/** A text that only this request asks for, in words that come as events of their own; some answers take many reads. */
function markedText(wave: number, n: number): string {
  const words = n % 30 === 0 ? 10_000 : 1 + (n % 40);
  return Array.from({ length: words }, (_, word) => `w${wave}n${n}i${word}`).join(' ');
}

/** Asks for a marked text; every fifth caller leaves after its first bytes. Resolves with what was said. */
async function ask(wave: number, n: number): Promise<{ said: string; complete: boolean }> {
  const stream = n % 3 !== 0;
  const body = JSON.stringify({
    model: 'openai/gpt-4o-mini',
    stream,
    messages: [{ role: 'user', content: `${'filler '.repeat((n * 37) % 3_000)}[[mock:text ${markedText(wave, n)}]]` }],
  });
  const answer = await rawCall({
    port: Number(new URL(saola.url).port),
    path: '/v1/chat/completions',
    body,
    headers: [['authorization', `Bearer ${saola.key}`]],
    ...(n % 5 === 1
      ? { onData: (_bytes: Buffer, socket: { resetAndDestroy(): unknown }) => socket.resetAndDestroy() }
      : {}),
  });
  const text = answer.body.toString('utf8');
  return { said: stream ? saidInStream(text) : saidAtOnce(text), complete: answer.complete };
}

function saidAtOnce(text: string): string {
  if (!text.endsWith('}')) return '';
  const reply = JSON.parse(text) as { choices: { message: { content: string } }[] };
  return reply.choices[0]?.message.content ?? '';
}

function saidInStream(text: string): string {
  const events = text.split('\n\n').slice(0, -1);
  const pieces = events.map((event) => {
    const data = event.slice('data: '.length);
    if (data === '[DONE]') return '';
    const chunk = JSON.parse(data) as { choices: { delta: { content?: string } }[] };
    return chunk.choices[0]?.delta.content ?? '';
  });
  return pieces.join('');
}

test(`${STREAMS} answers at once, ${WAVES} times over the same sockets: each holds its own words only`, async () => {
  let whole = 0;
  for (let wave = 0; wave < WAVES; wave++) {
    const answers = await Promise.all(
      Array.from({ length: STREAMS }, async (_, n) => ({ n, ...(await ask(wave, n)) })),
    );
    for (const { n, said, complete } of answers) {
      const own = markedText(wave, n);
      if (complete) whole += 1;
      expect(complete ? said === own : own.startsWith(said), `${own.slice(0, 60)} | ${said.slice(0, 200)}`).toBe(true);
    }
  }
  expect(whole).toBeGreaterThan(STREAMS * WAVES * 0.7);
}, 60_000);
