import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { configSchema } from '../../src/config/schema.ts';
import type { ProviderPreset } from '../../src/providers/preset.ts';
import { PROVIDER_PRESETS } from '../../src/providers/registry.ts';

const page = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

function rowOf({ id, name, protocols, envNames, endpoints }: ProviderPreset): string {
  const [first] = protocols;
  const url = first === undefined ? undefined : endpoints[first];
  const variables = envNames.length === 0 ? '-' : envNames.join(', ');
  return `| \`${id}\` | ${name} | ${protocols.join(', ')} | ${variables} | ${url ?? 'yours'} |`;
}

test('the table of providers is the registry', () => {
  const rows = page('providers.md').match(/^\| `.*$/gm);
  expect(rows).toEqual(PROVIDER_PRESETS.map(rowOf));
});

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

function namesIn({ properties = {}, items }: JsonSchema): readonly string[] {
  const own = Object.entries(properties).flatMap(([name, schema]) => [name, ...namesIn(schema)]);
  return items === undefined ? own : [...own, ...namesIn(items)];
}

test('every key of the configuration is described', () => {
  const text = page('configuration.md');
  const names = namesIn(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
  expect(names.length).toBeGreaterThan(50);
  expect([...new Set(names)].filter((name) => name !== '$schema' && !new RegExp(`\\b${name}\\b`).test(text))).toEqual(
    [],
  );
});
