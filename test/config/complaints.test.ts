import { expect, test } from 'vitest';
import { complaintsOf } from './parse-text.ts';

const provider = (rest: string): string => `providers:\n  - id: up-a\n${rest.replace(/^/gm, '    ')}\n`;
const chatAt = (url: string): string => provider(`protocol: openai-chat\nbaseUrl: ${url}`);
const model = (rest: string): string =>
  `${chatAt('https://api.example.com/v1')}models:\n  - id: a/b\n${rest.replace(/^/gm, '    ')}\n`;
const DEPLOYED = 'deployments: [{ provider: up-a, model: m }]';
const priced = (price: string): string => model(`price: ${price}\n${DEPLOYED}`);

test.each<[string, string, string]>([
  ['an unknown key', 'provders: []', 'saola.yaml:1:1: unknown key "provders"; did you mean "providers"?'],
  [
    'an unknown key deep inside',
    model('deployments: [{ provider: up-a, model: m, wieght: 2 }]'),
    'saola.yaml:7:47: unknown key "wieght"; did you mean "weight"?',
  ],
  [
    'an unknown protocol as a key',
    provider('protocols: { openai-chta: "https://api.example.com/v1" }'),
    'saola.yaml:3:18: unknown key "openai-chta"; did you mean "openai-chat"?',
  ],
  [
    'an unknown preset',
    provider('preset: opnai'),
    'saola.yaml:3:13: providers[0].preset has no such value; did you mean "openai"?',
  ],
  ['text that is not YAML', 'providers: [', 'saola.yaml:1:13: '],
  ['a key twice', 'models: []\nmodels: []', 'saola.yaml:2:1: Map keys must be unique'],
  ['a tag', 'models: !env X', 'saola.yaml:1:9: '],
  [
    'a provider without a place',
    provider('allowPrivateNetwork: true'),
    'saola.yaml:2:5: provider up-a: needs a `preset`, or `protocol` and `baseUrl`, or `protocols`',
  ],
  [
    'a preset without a key',
    provider('preset: openai'),
    'saola.yaml:3:13: provider up-a: the preset openai needs `keys`',
  ],
  [
    'a preset without a place',
    provider('preset: azure-openai'),
    'saola.yaml:3:13: provider up-a: the preset azure-openai needs your `baseUrl`',
  ],
  [
    'plain http',
    chatAt('http://api.example.com/v1'),
    'saola.yaml:4:14: provider up-a: "http://api.example.com/v1" is plain http; use https, or set `allowPrivateNetwork: true` for a host of your own network',
  ],
  [
    'a private address',
    chatAt('https://10.0.0.5/v1'),
    'saola.yaml:4:14: provider up-a: "https://10.0.0.5/v1" is a private host; ',
  ],
  [
    'a private IPv6 address',
    chatAt('https://[fd00::5]/v1'),
    'saola.yaml:4:14: provider up-a: "https://[fd00::5]/v1" is a private',
  ],
  ['a local name', chatAt('https://gpu/v1'), 'saola.yaml:4:14: provider up-a: "https://gpu/v1" is a private host; '],
  ['another port', chatAt('https://api.example.com:8443/v1'), 'saola.yaml:4:14: provider up-a: '],
  [
    'an OpenAI base URL without a version',
    chatAt('https://api.example.com/'),
    'saola.yaml:4:14: provider up-a: the base URL of openai-chat ends in the version: did you mean "https://api.example.com/v1"?',
  ],
  [
    'the URL of an operation',
    chatAt('https://api.example.com/api/v1/chat/completions'),
    'saola.yaml:4:14: provider up-a: the base URL of openai-chat has no operation at its end: did you mean "https://api.example.com/api/v1"?',
  ],
  [
    'an Anthropic base URL with a version',
    provider('protocol: anthropic-messages\nbaseUrl: https://api.example.com/v1'),
    'saola.yaml:4:14: provider up-a: the base URL of anthropic-messages has no version: did you mean "https://api.example.com"?',
  ],
  [
    'a Gemini base URL with a version',
    provider('protocols: { gemini: "https://api.example.com/v1beta" }'),
    'saola.yaml:3:26: provider up-a: the base URL of gemini has no version: did you mean "https://api.example.com"?',
  ],
  [
    'a version for the Anthropic preset',
    provider('preset: anthropic\nbaseUrl: https://api.example.com/v1'),
    'saola.yaml:4:14: provider up-a: the base URL of anthropic-messages has no version: did you mean',
  ],
  [
    'one URL for a preset that has several',
    provider('preset: deepseek\nbaseUrl: https://api.example.com/v1'),
    'saola.yaml:4:14: provider up-a: the preset deepseek has several base URLs; ',
  ],
  [
    'an unknown provider',
    model('deployments: [{ provider: up-b, model: m }]'),
    'saola.yaml:7:31: unknown provider "up-b"; did you mean "up-a"?',
  ],
  [
    'a protocol that the provider does not speak',
    model('deployments: [{ provider: up-a, model: m, protocols: [gemini] }]'),
    'saola.yaml:7:59: provider up-a does not speak gemini',
  ],
  [
    'a deployment twice',
    model('deployments: [{ provider: up-a, model: m }, { provider: up-a, model: m }]'),
    'saola.yaml:7:49: model a/b has this deployment twice in group default',
  ],
  ['an account twice', 'accounts: [{ name: a }, { name: a }]', 'saola.yaml:1:25: account a stands twice'],
  [
    'a price as a number',
    priced('{ input: 3900 }'),
    'saola.yaml:7:21: models[0].price.input: write the number in quotes, as in "3900"',
  ],
  [
    'a price with too many digits',
    priced('{ input: "0.1234567" }'),
    'saola.yaml:7:21: price of a/b: input has more than 6 digits',
  ],
  ['a negative price', priced('{ input: "-1" }'), 'saola.yaml:7:21: price of a/b: input is not a plain decimal number'],
  ['a price beyond all measure', priced('{ input: "1000000001" }'), 'saola.yaml:7:21: price of a/b: input is above'],
  [
    'a price of a free model',
    priced('{ free: true, input: "1" }'),
    'saola.yaml:7:33: price of a/b: input a free model',
  ],
  [
    'credits as a number',
    'accounts: [{ name: a, credits: 5 }]',
    'saola.yaml:1:32: accounts[0].credits: write the number in quotes',
  ],
  ['too many attempts', 'routing: { attempts: 6 }', 'saola.yaml:1:22: routing.attempts: '],
])('%s is refused at its place', (_what, text, complaint) => {
  const lines = complaintsOf(text);
  expect(lines.filter((line) => line.startsWith(complaint))).toHaveLength(1);
  expect(lines).toHaveLength(1);
});

test('everything that is wrong is said at once, in the order of the file', () => {
  const text = `${provider('preset: openai\nkeys: [{ value: "$NO_SUCH" }]'.replace('NO_SUCH', '{NO_SUCH}'))}modles: []\nrouting: { attempts: 9 }\n`;
  expect(complaintsOf(text).map((line) => line.split(': ')[0])).toEqual([
    'saola.yaml:4:21',
    'saola.yaml:5:1',
    'saola.yaml:6:22',
  ]);
});

test('an alias that grows without end is refused', () => {
  const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
  expect(complaintsOf(`l0: &l0 [x]\n${levels.join('\n')}\n`)).toEqual([
    'saola.yaml:1:1: an alias leads nowhere, or aliases grow too large',
  ]);
});

test('JSON is read as well', () => {
  expect(complaintsOf('{\n  "routing": { "attemps": 2 }\n}')).toEqual([
    'saola.yaml:2:16: unknown key "attemps"; did you mean "attempts"?',
  ]);
});
