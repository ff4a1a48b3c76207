import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningMock, startMock } from '../../mock-provider/start.ts';
import { oneProvider, type RunningSaola, startSaola } from '../support/saola.ts';

let mock: RunningMock;
let saola: RunningSaola;
let config: string;

beforeAll(async () => {
  mock = await startMock();
  config = oneProvider(mock.url);
  saola = await startSaola({ config });
});

afterAll(async () => {
  await saola?.stop();
  await mock?.stop();
});

/** Changes the file and waits until the log has one more line than before that says this. */
async function reloadedTo(yaml: string, said: string): Promise<void> {
  const before = saola.log().length;
  await saola.writeConfig(yaml);
  await expect.poll(() => saola.log().slice(before), { timeout: 10_000 }).toContain(said);
}

const ask = () =>
  fetch(`${saola.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${saola.key}` },
    body: JSON.stringify({ model: 'openai/gpt-4o-mini', messages: [] }),
  });

test('explain headers go at a reload, which says that something changed', async () => {
  expect((await ask()).headers.get('saola-attempts')).toBe('1');
  await reloadedTo(`routing: { explainHeaders: false }\n${config}`, 'the configuration was reloaded');
  const { headers } = await ask();
  expect([...headers.keys()].filter((name) => /^saola-(attempts|route|overhead|provider)/.test(name))).toEqual([]);
});

test('a changed drain time is named as one that waits for the next start', async () => {
  await reloadedTo(
    `server: { drainMs: 12345 }\n${config}`,
    '"msg":"changed settings of the server count from the next start on","change":"drainMs"',
  );
  expect((await ask()).status).toBe(200);
});

test('a faulty file changes nothing, and the log names its line', async () => {
  await reloadedTo(`${config}\nmodls: []\n`, 'saola.yaml:16:1: unknown key \\"modls\\"; did you mean \\"models\\"?');
  expect((await ask()).status).toBe(200);
});
