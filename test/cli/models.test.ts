import { afterAll, beforeAll, expect, test } from 'vitest';
import { oneProvider, type RunningSaola, startSaola } from '../support/saola.ts';

/** A provider that speaks one protocol only, and its model. */
const CHAT_ONLY = {
  provider: '  - { id: up-b, protocol: openai-chat, baseUrl: "http://127.0.0.1:9/v1", allowPrivateNetwork: true }',
  models: '  - { id: vendor/chat-only, price: { free: true }, deployments: [{ provider: up-b, model: m }] }',
};

let saola: RunningSaola;

beforeAll(async () => {
  saola = await startSaola({ config: oneProvider('http://127.0.0.1:9', CHAT_ONLY) });
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
  const { data } = (await answer.json()) as { data: { id: string; pricing: unknown }[] };
  expect(data.find(({ id }) => id === 'openai/gpt-4o-mini')?.pricing).toEqual(listed?.pricing);
});

test('the Gemini list names its methods for the models only that have them', async () => {
  const answer = await fetch(`${saola.url}/v1beta/models`, { headers: { 'x-api-key': saola.key } });
  const { models } = (await answer.json()) as { models: { name: string; supportedGenerationMethods: string[] }[] };
  const methods = new Map(models.map((model) => [model.name, model.supportedGenerationMethods]));
  expect(methods.get('models/vendor/chat-only')).toEqual([]);
  expect(methods.get('models/openai/gpt-4o-mini')).toContain('generateContent');
});
