import { expect, test } from 'vitest';
import { parseText } from './parse-text.ts';

/** The configuration that the interface promises, word for word. */
const EXAMPLE = `providers:
  - id: up-a
    protocol: openai-chat          # or anthropic-messages, openai-responses, gemini; or preset: openai
    baseUrl: http://127.0.0.1:9100/v1
    allowPrivateNetwork: true
    keys: [{ value: sk-up-1, weight: 1 }, { value: "\${UP_KEY_2}" }]
models:
  - id: openai/gpt-4o-mini
    # credits per 1,000,000; keys: input, output, cacheRead, cacheWrite5m, cacheWrite1h, reasoning, audioIn, audioOut, imageIn, imageOut, request (credits each);
    # a missing input-side price equals input, a missing reasoning price equals output; free: true for none
    price: { input: "3900", output: "15600", cacheRead: "1950" }
    deployments:
      - { provider: up-a, model: gpt-4o-mini, group: default, tier: 1, weight: 1 }
accounts:
  - { name: acme, billing: prepaid, credits: "100000", groups: [default] }   # credits: an opening grant
`;

const { catalogue, secrets } = parseText(EXAMPLE, { UP_KEY_2: 'sk-up-2' });

test('prices are exact rates, missing ones filled in', () => {
  expect(catalogue.models[0]?.price).toEqual({
    free: false,
    rates: {
      input: 3_900_000_000n,
      output: 15_600_000_000n,
      input_cached: 1_950_000_000n,
      cache_write_5m: 3_900_000_000n,
      cache_write_1h: 3_900_000_000n,
      audio_in: 3_900_000_000n,
      image_in: 3_900_000_000n,
      reasoning: 15_600_000_000n,
      audio_out: 15_600_000_000n,
      image_out: 15_600_000_000n,
    },
  });
});

test('the opening grant is in minor units', () => {
  expect(catalogue.accounts).toEqual([
    {
      id: '',
      name: 'acme',
      billing: 'prepaid',
      openingCredits: 100_000_000_000n,
      groups: ['default'],
      state: 'active',
    },
  ]);
});

test('the provider has both keys, whose secrets are apart from it', () => {
  const [provider] = catalogue.providers ?? [];
  expect(provider).toMatchObject({
    id: 'up-a',
    endpoints: { 'openai-chat': 'http://127.0.0.1:9100/v1' },
    auth: { 'openai-chat': { type: 'bearer' } },
    allowPrivateNetwork: true,
    vendor: false,
    quirks: { miscEndpoints: ['completions', 'embeddings'] },
  });
  expect(provider?.keys.map((key) => key.weight)).toEqual([1, 1]);
  expect(secrets.map(({ secret }) => secret)).toEqual(['sk-up-1', 'sk-up-2']);
  expect(secrets.map(({ providerKeyId }) => providerKeyId)).toEqual(provider?.keys.map((key) => key.id));
  expect(provider?.keys[0]?.id).toMatch(/^up-a-[0-9a-f]{10}$/);
});

test('the deployment is named by model, provider, upstream model and group', () => {
  expect(catalogue.models[0]?.deployments.map((one) => one.id)).toEqual([
    'openai/gpt-4o-mini@up-a/gpt-4o-mini#default',
  ]);
});

test('a price for each request is per million of them inside', () => {
  const { catalogue: priced } = parseText(EXAMPLE.replace('cacheRead: "1950"', 'request: "0.5"'), { UP_KEY_2: 'k' });
  expect(priced.models[0]?.price?.rates.request).toBe(500_000_000_000n);
});

test('a free model has no rates', () => {
  const free = EXAMPLE.replace(/price: \{.*\}/, 'price: { free: true }');
  expect(parseText(free, { UP_KEY_2: 'k' }).catalogue.models[0]?.price).toEqual({ free: true, rates: {} });
});

test('a file with settings only leaves the catalogue alone', () => {
  expect(parseText('server: { port: 8080 }').hasCatalogue).toBe(false);
  expect(parseText('providers: []').hasCatalogue).toBe(true);
});
