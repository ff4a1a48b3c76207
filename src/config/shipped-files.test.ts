import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROVIDER_PRESETS } from '../providers/registry.ts';
import { configJsonSchema } from './json-schema.ts';
import { parseConfig } from './load-config.ts';
import { SAMPLE_CONFIG } from './sample-config.ts';

const root = new URL('../../', import.meta.url);
const shipped = (name: string) => readFileSync(new URL(name, root), 'utf8');

test('schema.json is the schema that the program checks with', () => {
  expect(JSON.parse(shipped('schema.json'))).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});

test('the sample holds, and is the one in examples/', () => {
  expect(shipped('examples/saola.yaml')).toBe(SAMPLE_CONFIG);
  const env = { OPENAI_API_KEY: 'sk-sample' };
  expect(parseConfig(SAMPLE_CONFIG, { env, file: 'saola.yaml' }).catalogue.models).toHaveLength(1);
});

test('docs/providers.md has a row for each preset', () => {
  const page = shipped('docs/providers.md');
  for (const { id, name, envNames } of PROVIDER_PRESETS) {
    expect(page).toContain(`| \`${id}\` | ${name} |`);
    for (const variable of envNames) expect(page).toContain(variable);
  }
});
