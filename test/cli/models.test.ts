import { afterAll, beforeAll, expect, test } from 'vitest';
import { oneProvider, type RunningSaola, startSaola } from '../support/saola.ts';

let saola: RunningSaola;

beforeAll(async () => {
  saola = await startSaola({ config: oneProvider('http://127.0.0.1:9') });
});

afterAll(() => saola?.stop());

test('models list --json shows prices as /v1/models does, in credits', async () => {
  const [listed] = JSON.parse(await saola.cli('models', 'list', '--json')) as { pricing: unknown }[];
  expect(listed).toMatchObject({
    id: 'openai/gpt-4o-mini',
    pricing: { per: 1_000_000, input: '3900.000000', output: '15600.000000', input_cached: '1950.000000' },
    deployments: [{ provider: 'up-a', model: 'gpt-4o-mini', group: 'default', tier: 1, weight: 1 }],
  });
  const answer = await fetch(`${saola.url}/v1/models`, { headers: { 'x-api-key': saola.key } });
  expect(await answer.json()).toMatchObject({ data: [{ id: 'openai/gpt-4o-mini', pricing: listed?.pricing }] });
});
