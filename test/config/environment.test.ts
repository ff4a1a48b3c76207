import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { catalogueFromEnv } from '../../src/config/from-env-providers.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { printableConfig } from '../../src/config/print-config.ts';
import { complaintsOf, parseText } from './parse-text.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'saola-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string, text: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};
const load = (env: Record<string, string>, flags = {}) =>
  loadConfig({ flags, env: { SAOLA_DATA_DIR: folder, ...env }, cwd: folder });
const placeholder = (inner: string): string => `$${`{${inner}}`}`;
const withKey = (value: string): string =>
  `providers:\n  - id: up\n    preset: openai\n    keys: [{ value: '${value}' }]\n`;

describe('placeholders', () => {
  const secretOf = (value: string, env: Record<string, string> = {}) =>
    parseText(withKey(value), env).secrets[0]?.secret;

  test('a variable, a file and text around them are filled in', () => {
    const file = fileOf('key.txt', 'sk-from-file\n');
    expect(secretOf(placeholder('UP_KEY'), { UP_KEY: 'sk-1' })).toBe('sk-1');
    expect(secretOf(placeholder(`file:${file}`))).toBe('sk-from-file');
    expect(secretOf(`a-${placeholder('A')}-${placeholder('B')}`, { A: '1', B: '2' })).toBe('a-1-2');
  });

  test('what is filled in is not read again, and two dollar signs stand for one', () => {
    expect(secretOf(placeholder('A'), { A: placeholder('B'), B: 'deep' })).toBe(placeholder('B'));
    expect(secretOf(`$${placeholder('A')}`, { A: 'x' })).toBe(placeholder('A'));
  });

  test.each([
    [placeholder('NO_SUCH'), 'environment variable NO_SUCH is not set'],
    [placeholder('EMPTY'), 'environment variable EMPTY is empty'],
    [placeholder('not a name'), 'a placeholder holds the name of a variable'],
    ['$'.concat('{OPEN'), 'a placeholder has no closing brace'],
    [placeholder('file:/no/such/file'), 'cannot read file /no/such/file (ENOENT)'],
  ])('%s is refused at its place', (value, complaint) => {
    const [first = '', ...more] = complaintsOf(withKey(value), { EMPTY: '' });
    expect(first.startsWith(`saola.yaml:4:21: ${complaint}`), first).toBe(true);
    expect(more).toEqual([]);
  });
});

describe('the environment', () => {
  const complaint = async (env: Record<string, string>): Promise<string> => {
    const error: unknown = await load(env).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return error instanceof ConfigError ? error.message : String(error);
  };

  test('a flag wins over it, and it wins over the file', async () => {
    const config = fileOf('ports.yaml', 'server: { port: 1111, host: 127.0.0.3, logLevel: warn }');
    const { settings } = await load({ SAOLA_PORT: '2222', SAOLA_HOST: '127.0.0.2' }, { config, port: 3333 });
    expect(settings).toMatchObject({ port: 3333, host: '127.0.0.2', logLevel: 'warn', dataDir: folder });
  });

  test('an unknown variable is refused with the nearest name', async () => {
    expect(await complaint({ SAOLA_PROT: '1' })).toBe(
      'environment: unknown variable SAOLA_PROT; did you mean "SAOLA_PORT"?',
    );
  });

  test('what client tools use is ignored', async () => {
    expect((await load({ SAOLA_API_KEY: 'sk-x' })).settings.port).toBe(4000);
  });

  test('a secret may come from a file, but not from both', async () => {
    const file = fileOf('pepper', 'pepper-from-file\n');
    expect((await load({ SAOLA_KEY_PEPPER_FILE: file })).settings.keyPepper).toBe('pepper-from-file');
    expect(await complaint({ SAOLA_KEY_PEPPER_FILE: file, SAOLA_KEY_PEPPER: 'secret-1' })).toBe(
      'environment: SAOLA_KEY_PEPPER and SAOLA_KEY_PEPPER_FILE are both set; keep one',
    );
  });

  test.each([
    ['SAOLA_PORT', '70000'],
    ['SAOLA_LOG_LEVEL', 'loud'],
    ['SAOLA_PUBLIC_URL', 'ftp://x'],
    ['SAOLA_TRUSTED_PROXIES', '10.0.0.0/8, nonsense'],
    ['DATABASE_URL_FILE', '/no/such/file'],
  ])('%s=%s is refused by name', async (name, value) => {
    expect(await complaint({ [name]: value })).toContain(name);
  });

  test('a file that is named but not there is an error', async () => {
    expect(await complaint({ SAOLA_CONFIG: 'nothing.yaml' })).toContain('nothing.yaml');
  });
});

describe('a first start without a configuration', () => {
  test('variables become providers with their models, and are named', () => {
    const env = { OPENAI_API_KEY: 'sk-openai-1234567890', GOOGLE_API_KEY: 'g-1', GROQ_API_KEY: '' };
    const { catalogue, secrets, taken } = catalogueFromEnv({ envProviders: true, env });
    expect(taken).toEqual(['OPENAI_API_KEY', 'GOOGLE_API_KEY']);
    expect(catalogue.providers.map((one) => [one.id, one.vendor])).toEqual([
      ['openai', true],
      ['gemini', true],
    ]);
    expect(secrets.map((one) => one.secret)).toEqual(['sk-openai-1234567890', 'g-1']);
    expect(catalogue.models.map((one) => one.id)).toContain('openai/gpt-4o-mini');
    expect(catalogue.accounts).toMatchObject([{ name: 'default', billing: 'postpaid', groups: ['default'] }]);
  });

  test('a model that two hosts serve has a deployment at each', () => {
    const env = { GROQ_API_KEY: 'k1', TOGETHER_API_KEY: 'k2' };
    const { catalogue } = catalogueFromEnv({ envProviders: true, env });
    const shared = catalogue.models.find((one) => one.id === 'openai/gpt-oss-120b');
    expect(shared?.deployments.map((one) => one.providerId)).toEqual(['groq', 'together']);
  });

  test.each([
    [true, {}],
    [false, { OPENAI_API_KEY: 'sk' }],
  ])('without a key, or with keys declined, the sandbox serves (%s)', (envProviders, env) => {
    const { catalogue, taken } = catalogueFromEnv({ envProviders, env });
    expect(taken).toEqual([]);
    expect(catalogue.models.map((one) => [one.id, one.simulated, one.price !== undefined])).toEqual([
      ['sandbox/echo', true, true],
      ['sandbox/lorem', true, true],
    ]);
    expect(Object.keys(catalogue.providers[0]?.endpoints ?? {})).toHaveLength(4);
  });
});

describe('secrets', () => {
  const SECRETS = ['sk-provider-secret-0123', 'pepper-secret-value', 'kek-secret-value', 'postgres://u:db-secret@h/d'];

  test('are in nothing that is printed', async () => {
    const config = fileOf('secret.yaml', withKey(placeholder('UP_KEY')));
    const [UP_KEY = '', SAOLA_KEY_PEPPER = '', SAOLA_SECRET_KEY = '', DATABASE_URL = ''] = SECRETS;
    const loaded = await load({ UP_KEY, SAOLA_KEY_PEPPER, SAOLA_SECRET_KEY, DATABASE_URL }, { config });
    const printed = JSON.stringify(printableConfig(loaded));
    expect(SECRETS.filter((secret) => printed.includes(secret))).toEqual([]);
    expect(printed).not.toContain('db-secret');
    expect(printed).toContain('0123');
    expect(loaded.secrets).toHaveLength(1);
  });

  test('are in no complaint, wherever they were put', () => {
    const secret = 'sk-very-secret-value';
    const wrong = [
      'server: { logLevel: S }',
      'server: { publicUrl: S, trustedProxies: [S], port: S }',
      'routing: S',
      'providers: [{ id: a, preset: S }]',
      'providers: [{ id: a, preset: openai, keys: [S] }]',
      'providers: [{ id: a, preset: openai, keys: [{ value: [S] }] }]',
      'providers: [{ id: a, preset: openai, keys: [{ value: S }, { value: S }] }]',
      'providers: [{ id: a, protocol: openai-chat, baseUrl: "https://u:S@api.example.com/v1" }]',
      'providers: [{ id: a, protocol: openai-chat, baseUrl: "foo://u:S@api.example.com" }]',
      'providers: [{ id: a, protocol: openai-chat, baseUrl: "http://api.example.com/v1?key=S" }]',
      'accounts: [{ name: a, credits: S, billing: S }]',
      'models: [{ id: a/b, price: { input: S }, deployments: [] }]',
    ];
    for (const text of wrong) {
      const filled = complaintsOf(text.replaceAll('S', placeholder('KEY')), { KEY: secret });
      expect(filled.length, text).toBeGreaterThan(0);
      expect(filled.join('\n'), text).not.toContain(secret);
    }
  });
});
