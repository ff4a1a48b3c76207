import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const BODY = JSON.stringify({ model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });

function ask(key: string, path = '/v1/chat/completions', body = BODY): Promise<Response> {
  return fetch(`${saola.url}${path}`, { method: 'POST', body, headers: { authorization: `Bearer ${key}` } });
}

async function made(...flags: string[]): Promise<{ id: string; key: string; name: string }> {
  return JSON.parse(await saola.cli('keys', 'create', '--account', 'acme', '--json', ...flags)) as never;
}

describe('a key made by a command', () => {
  test('works at once, and stops at once when it is revoked', async () => {
    const { key, id } = await made('--name', 'ci-key-1');
    expect((await ask(key)).status).toBe(200);
    await saola.cli('keys', 'revoke', id);
    const refused = await ask(key);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('x-should-retry')).toBe('false');
    expect(await refused.json()).toMatchObject({ error: { code: 'invalid_api_key' } });
  });

  test('can be disabled and enabled, but a revocation is final', async () => {
    const { key, name } = await made('--name', 'on-and-off');
    await saola.cli('keys', 'disable', name, '--account', 'acme');
    expect((await ask(key)).status).toBe(401);
    await saola.cli('keys', 'enable', name, '--account', 'acme');
    expect((await ask(key)).status).toBe(200);
    await saola.cli('keys', 'revoke', name, '--account', 'acme');
    await expect(saola.cli('keys', 'enable', name, '--account', 'acme')).rejects.toThrow(/there is no key/);
  });

  test('is shown once: lists show its last four characters only', async () => {
    const { key } = await made('--name', 'shown-once');
    const list = await saola.cli('keys', 'list', '--json');
    expect(list).toContain('shown-once');
    expect(list).not.toContain(key);
    expect(list).toContain(`...${key.slice(-4)}`);
  });

  test('reaches only the models on its list, and lists only those', async () => {
    const { key } = await made('--name', 'other-models', '--models', 'anthropic/*');
    const refused = await ask(key);
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({ error: { code: 'model_not_found' } });
    const list = await fetch(`${saola.url}/v1/models`, { headers: { 'x-api-key': key } });
    expect(await list.json()).toMatchObject({ data: [] });
  });

  test('works from its addresses only', async () => {
    const elsewhere = await made('--name', 'elsewhere', '--ips', '203.0.113.0/24');
    expect((await ask(elsewhere.key)).status).toBe(403);
    const here = await made('--name', 'from-here', '--ips', '127.0.0.0/8');
    expect((await ask(here.key)).status).toBe(200);
  });

  test('in test mode reaches simulated models only', async () => {
    const { key } = await made('--name', 'test-mode', '--test');
    expect(key).toMatch(/^saola_test_/);
    expect((await ask(key)).status).toBe(404);
  });

  test.each([
    [['--name', 'Bad Name'], /5 to 50 characters/],
    [['--name', 'no-such-account', '--account', 'nobody'], /there is no account "nobody"; there are acme/],
    [['--name', 'expired-key', '--expires', '2020-01-01'], /in the past/],
    [['--name', 'odd-range', '--ips', '300.1.2.3'], /not an address/],
  ])('is refused: %j', async (flags, message) => {
    await expect(saola.cli('keys', 'create', '--account', 'acme', ...flags)).rejects.toThrow(message);
  });
});

/** Each look at the log is a command of its own, which takes its time on a busy machine. */
const LOGGED_MS = 20_000;

describe('the other commands', { timeout: 40_000 }, () => {
  test('usage adds up what was asked', async () => {
    await ask(saola.key);
    // The log is written in batches of a quarter of a second.
    await expect
      .poll(async () => JSON.parse(await saola.cli('usage', '--by', 'model', '--json')) as unknown, {
        timeout: LOGGED_MS,
      })
      .toEqual(
        expect.arrayContaining([
          expect.objectContaining({ model: 'openai/gpt-4o-mini', output: expect.any(Number) as number }),
        ]),
      );
  });

  test('usage adds up coding sessions, the newest first', async () => {
    const turn = (session: string, agent: Record<string, string> = {}) =>
      fetch(`${saola.url}/v1/messages`, {
        method: 'POST',
        body: BODY,
        headers: { 'x-api-key': saola.key, 'x-claude-code-session-id': session, ...agent },
      });
    await ask(saola.key);
    await turn('older');
    await turn('newer');
    await turn('newer', { 'x-claude-code-agent-id': 'reviewer' });
    const read = async () => JSON.parse(await saola.cli('usage', '--by', 'session', '--json')) as object[];
    await expect
      .poll(read, { timeout: LOGGED_MS })
      .toMatchObject([
        { session: 'newer', tool: 'claude-code', agents: 1, requests: 2, errors: 0, input: 16, output: 14 },
        { session: 'older', tool: 'claude-code', agents: 0, requests: 1, input: 8, output: 7 },
        { requests: expect.any(Number) as number },
      ]);
    const table = (await saola.cli('usage', '--by', 'session')).split('\n');
    expect(table[0]).toMatch(/^ACCOUNT +SESSION +TOOL +AGENTS +FIRST +LAST +REQUESTS +ERRORS +INPUT +CACHED +OUTPUT$/);
    expect(table[1]).toMatch(/^acme +newer +claude-code +1 +\d{4}-\d\d-\d\dT\S+Z +\S+Z +2 +0 +16 +6 +14$/);
    expect(table[3]).toMatch(/^acme +- +- +- +- +- +\d/);
  });

  test('what a client named acts on no terminal', async () => {
    const model = 'no\u001b[2Jsuch\u009b31m\u202emodel';
    await ask(saola.key, '/v1/chat/completions', JSON.stringify({ model, messages: [] }));
    const read = async () => JSON.parse(await saola.cli('usage', '--by', 'model', '--json')) as object[];
    await expect
      .poll(read, { timeout: LOGGED_MS })
      .toEqual(expect.arrayContaining([expect.objectContaining({ model })]));
    for (const flags of [[], ['--json']])
      expect(await saola.cli('usage', ...flags)).toContain('no\\u001b[2Jsuch\\u009b31m\\u202emodel');
  });

  test('providers list shows health from the running server; providers test asks the provider', async () => {
    const [listed] = JSON.parse(await saola.cli('providers', 'list', '--json')) as {
      id: string;
      state: string;
      keys: { state: string }[];
    }[];
    expect(listed).toMatchObject({ id: 'up-a', state: 'closed', keys: [{ state: 'ok' }] });
    const tested = JSON.parse(await saola.cli('providers', 'test', '--json')) as { result: string }[];
    expect(tested.map((one) => one.result)).toEqual(tested.map(() => 'ok'));
  });

  test('no output of any command holds a secret', async () => {
    const outputs = await Promise.all(
      [
        ['config', 'print'],
        ['providers', 'list', '--json'],
        ['models', 'list', '--json'],
        ['accounts', 'list'],
        ['keys', 'list'],
      ].map((args) => saola.cli(...args)),
    );
    for (const output of [...outputs, saola.log(), saola.notes()]) {
      expect(output).not.toContain('sk-up-1');
      expect(output).not.toContain(saola.key);
    }
  });
});

describe('the configuration file', () => {
  test('is watched: a new model serves without a restart, a broken file changes nothing', async () => {
    const extra = '  - { id: zai/glm-5, deployments: [{ provider: up-a, model: glm-5 }] }';
    const body = JSON.stringify({ model: 'zai/glm-5', messages: [] });
    expect((await ask(saola.key, '/v1/chat/completions', body)).status).toBe(404);
    await saola.writeConfig(oneProvider(mock.url, { models: extra }));
    await expect
      .poll(async () => (await ask(saola.key, '/v1/chat/completions', body)).status, { timeout: 5_000 })
      .toBe(200);
    await saola.writeConfig('provders: []');
    await expect.poll(() => saola.log(), { timeout: 5_000 }).toContain('the old one stays in force');
    expect((await ask(saola.key, '/v1/chat/completions', body)).status).toBe(200);
    await expect(saola.cli('config', 'check')).rejects.toThrow(
      /saola\.yaml:1:1: .*provders.*did you mean "providers"/s,
    );
  });
});
