import { type RunningMock, startMock } from '../../mock-provider/start.ts';
import { type RunningSaola, startSaola } from '../support/saola.ts';

/** Saola with the mock provider behind it, as every SDK meets it. */
export interface SdkWorld {
  readonly mock: RunningMock;
  readonly saola: RunningSaola;
  stop(): Promise<void>;
}

/** Model id to the fault that its provider has. Each has a provider of its own, so that no test cools another's. */
const FAULTS: Readonly<Record<string, string>> = {
  // Longer than the gateway itself would wait.
  'test/limited': '429ra20',
  'test/failing': '500',
  'test/overloaded': '529',
  'test/overloaded-once': '529x1',
  'test/wrong-upstream-key': 'badkey',
  'test/cut': 'cut6',
  'test/ended-early': 'eof6',
  'test/error-event': 'err6',
  'test/too-long': 'toolong',
};

/** Starts both; the mock takes only the key that the gateway's provider has. */
export async function startSdkWorld(): Promise<SdkWorld> {
  const mock = await startMock(['--keys', 'sk-up-1']);
  const saola = await startSaola({ config: worldConfig(mock.url) });
  return {
    mock,
    saola,
    stop: async () => {
      await saola.stop();
      await mock.stop();
    },
  };
}

function worldConfig(url: string): string {
  const faults = Object.entries(FAULTS).map(([id, fault]) => ({ id, fault, up: id.replace('test/', 'up-') }));
  const providers = ['up-steady', ...faults.map(({ up }) => up)];
  const models = [
    ['openai/gpt-4o-mini', 'up-steady', 'gpt-4o-mini'],
    ['anthropic/claude-sonnet', 'up-steady', 'claude-sonnet'],
    ['google/gemini-flash', 'up-steady', 'gemini-flash'],
    ['openai/embed', 'up-steady', 'embed'],
    ...faults.map(({ id, fault, up }) => [id, up, `m--${fault}`]),
  ];
  return `
providers:
${providers.map((id) => providerYaml(id, url)).join('\n')}
models:
${models.map(([id, up, name]) => `  - { id: ${id}, deployments: [{ provider: ${up}, model: ${name} }] }`).join('\n')}
accounts:
  - { name: acme, billing: prepaid, credits: "100000", groups: [default] }
`;
}

function providerYaml(id: string, url: string): string {
  return `  - id: ${id}
    protocols: { openai-chat: "${url}/v1", openai-responses: "${url}/v1", anthropic-messages: "${url}", gemini: "${url}" }
    allowPrivateNetwork: true
    keys: [{ value: sk-up-1 }]`;
}
