import { describe, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { loadConfig, parseConfig } from './load-config.ts';
import { printableConfig } from './print-config.ts';

const ISSUE_EXAMPLE = `
providers:
  - id: up-a
    protocol: openai-chat
    baseUrl: http://127.0.0.1:9100/v1
    allowPrivateNetwork: true
    keys: [{ value: sk-up-1, weight: 1 }, { value: "\${UP_KEY_2}" }]
models:
  - id: openai/gpt-4o-mini
    price: { input: "3900", output: "15600", cacheRead: "1950" }
    deployments:
      - { provider: up-a, model: gpt-4o-mini, group: default, tier: 1, weight: 1 }
accounts:
  - { name: acme, billing: prepaid, credits: "100000", groups: [default] }
`;
const ENV = { UP_KEY_2: 'sk-up-2-secret' };

const parse = (text: string, env: Record<string, string> = ENV) => parseConfig(text, { env, file: 'saola.yaml' });

function faultsOf(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

test('the documented example gives exact rates and a filled key', () => {
  const { catalogue, secrets } = parse(ISSUE_EXAMPLE);
  const [model] = catalogue.models;
  expect(model?.price).toEqual({
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
  expect(catalogue.accounts[0]).toMatchObject({ name: 'acme', openingCredits: 100_000_000_000n, groups: ['default'] });
  expect(secrets.map((one) => one.secret)).toEqual(['sk-up-1', 'sk-up-2-secret']);
  expect(catalogue.providers[0]?.quirks.miscEndpoints).toEqual(['completions', 'embeddings']);
});

test('ids of keys do not move when another key is put before them', () => {
  const before = parse(ISSUE_EXAMPLE).secrets[0]?.providerKeyId;
  const after = parse(ISSUE_EXAMPLE.replace('keys: [', 'keys: [{ value: sk-up-0 }, ')).secrets[1]?.providerKeyId;
  expect(after).toBe(before);
});

describe('every fault has its place and a suggestion', () => {
  test.each([
    ['provders: []', 'saola.yaml:1:1: unknown key "provders"; did you mean "providers"?'],
    [ISSUE_EXAMPLE.replace('baseUrl:', 'baseURL:'), 'saola.yaml:5:5: unknown key "baseURL"; did you mean "baseUrl"?'],
    [
      ISSUE_EXAMPLE.replace('provider: up-a', 'provider: up-b'),
      'saola.yaml:12:21: unknown provider "up-b"; did you mean "up-a"?',
    ],
    [ISSUE_EXAMPLE.replace('"3900"', '3900'), 'saola.yaml:10:21: models[0].price.input: write the number in quotes'],
    [ISSUE_EXAMPLE.replace('"3900"', '"3,900"'), 'is not a plain decimal number'],
    [ISSUE_EXAMPLE.replace('"3900"', '"0.0000001"'), 'has more than 6 digits after the point'],
    [ISSUE_EXAMPLE.replace('9100/v1', '9100'), 'did you mean "http://127.0.0.1:9100/v1"?'],
    [
      ISSUE_EXAMPLE.replace('protocol: openai-chat', 'protocol: gemini'),
      'has no version: did you mean "http://127.0.0.1:9100"?',
    ],
    [ISSUE_EXAMPLE.replace('allowPrivateNetwork: true', 'allowPrivateNetwork: false'), 'is plain http'],
    [ISSUE_EXAMPLE.replace('openai-chat', 'openai-chatt'), 'did you mean "openai-chat"?'],
    [`${ISSUE_EXAMPLE}  - { name: acme }\n`, 'account acme stands twice'],
    ['providers: [{ id: a, preset: opnai }]', 'did you mean "openai"?'],
    ['providers: [{ id: a }]', 'needs a `preset`, or `protocol` and `baseUrl`, or `protocols`'],
    ['routing: { attempts: 9 }', 'routing.attempts'],
  ])('%#', (text, expected) => {
    expect(faultsOf(text)).toContain(expected);
  });

  test('all faults are told at once, in the order of the file', () => {
    const text = ISSUE_EXAMPLE.replace('provider: up-a', 'provider: nobody').replace('"100000"', '"ten"');
    expect(faultsOf(text).split('\n')).toHaveLength(2);
  });

  test('a variable that is not set is told with its place, and no value is ever shown', () => {
    expect(() => parse(ISSUE_EXAMPLE, {})).toThrow('saola.yaml:7:52: environment variable UP_KEY_2 is not set');
    expect(faultsOf(ISSUE_EXAMPLE.replace('weight: 1 }, {', 'weight: -1 }, {'))).not.toContain('sk-up');
  });
});

test('printing the configuration shows amounts in credits and no secret', async () => {
  const config = await loadConfig({
    flags: { dataDir: '/nowhere' },
    env: { SAOLA_SECRET_KEY: 'very-secret' },
    cwd: '/nowhere',
  });
  const { catalogue } = parse(ISSUE_EXAMPLE);
  const shown = JSON.stringify(printableConfig({ ...config, catalogue }));
  expect(shown).not.toContain('very-secret');
  expect(shown).not.toContain('sk-up');
  expect(shown).toContain('"credits":"100000.000000"');
  expect(shown).toContain('"input":"3900.000000"');
});

test.each([
  [{ SAOLA_PROT: '1' }, 'unknown variable SAOLA_PROT; did you mean "SAOLA_PORT"?'],
  [{ SAOLA_PORT: 'x' }, 'SAOLA_PORT is not a port'],
  [{ SAOLA_SECRET_KEY: 'a', SAOLA_SECRET_KEY_FILE: '/b' }, 'are both set'],
])('the environment %j is refused', async (env, message) => {
  await expect(loadConfig({ flags: {}, env, cwd: '/nowhere' })).rejects.toThrow(message);
});
