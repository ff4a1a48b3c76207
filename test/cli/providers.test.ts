import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningMock, startMock } from '../../mock-provider/start.ts';
import { oneProvider, type RunningSaola, startSaola } from '../support/saola.ts';

let mock: RunningMock;
let saola: RunningSaola;

beforeAll(async () => {
  mock = await startMock();
  saola = await startSaola({ config: oneProvider(mock.url) });
});

afterAll(async () => {
  await saola?.stop();
  await mock?.stop();
});

test('a provider that works is listed as ok, and as data with the state of its breaker', async () => {
  expect(await saola.cli('providers', 'list')).toMatch(/^up-a +ok +openai-chat,.* +1\/1 /m);
  expect(JSON.parse(await saola.cli('providers', 'list', '--json'))).toMatchObject([
    { id: 'up-a', state: 'closed', keys: [{ state: 'ok' }], active: 0 },
  ]);
});

test('a provider is tested with each key in each of its protocols', async () => {
  const found = JSON.parse(await saola.cli('providers', 'test', 'up-a', '--json')) as { protocol: string }[];
  expect(found).toMatchObject(Array(3).fill({ provider: 'up-a', result: 'ok' }));
  expect(found.map(({ protocol }) => protocol)).toEqual(['openai-chat', 'anthropic-messages', 'gemini']);
});
