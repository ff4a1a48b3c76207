import { describe, expect, test } from 'vitest';
import type { ProviderPreset } from './preset.ts';
import { findPreset, PROVIDER_PRESETS } from './registry.ts';

const presets: readonly ProviderPreset[] = PROVIDER_PRESETS;
const hasVersion = (url: string): boolean => new URL(url).pathname.split('/').some((part) => /^v\d/.test(part));

test('there are at least 27 presets with ids of their own', () => {
  const ids = presets.map((preset) => preset.id);
  expect(ids.length).toBeGreaterThanOrEqual(27);
  expect(new Set(ids).size).toBe(ids.length);
  expect(presets.every((preset) => findPreset(preset.id) === preset)).toBe(true);
  expect(findPreset('nobody')).toBeUndefined();
});

test('a variable belongs to one preset', () => {
  const names = presets.flatMap((preset) => preset.envNames);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[A-Z][A-Z0-9_]+$/.test(name))).toEqual([]);
});

test('exactly the inventors of a protocol are vendors', () => {
  expect(presets.filter((preset) => preset.vendor).map((preset) => preset.id)).toEqual([
    'openai',
    'anthropic',
    'gemini',
  ]);
});

describe.each(presets)('$id', (preset) => {
  const urls = Object.entries(preset.endpoints);

  test('its endpoints are in the form that the protocol asks for', () => {
    for (const [protocol, url] of urls) {
      expect(url).toMatch(preset.local ? /^http:\/\/127\.0\.0\.1:\d+/ : /^https:\/\//);
      expect(url).not.toMatch(/\/$/);
      expect(hasVersion(url), `${protocol} ${url}`).toBe(protocol.startsWith('openai-'));
    }
  });

  test('it speaks something, and each URL is of a protocol that it speaks', () => {
    expect(preset.protocols.length).toBeGreaterThan(0);
    expect(urls.filter(([protocol]) => !preset.protocols.some((known) => known === protocol))).toEqual([]);
    expect([0, preset.protocols.length]).toContain(urls.length);
  });

  test('declared endpoints of the OpenAI family stand beside a chat endpoint', () => {
    if (preset.quirks.miscEndpoints.length > 0) expect(preset.protocols).toContain('openai-chat');
  });

  test('a host that needs a key and whose place is known can be made from the environment', () => {
    expect(preset.envNames.length > 0 || preset.local || urls.length === 0).toBe(true);
  });

  test('its models are named vendor/name and have sensible limits', () => {
    const ids = preset.models.map((model) => model.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z0-9-]+\/[a-z0-9.-]+$/.test(id))).toEqual([]);
    for (const { contextLength, maxOutputTokens } of preset.models) {
      expect(contextLength).toBeGreaterThan(1000);
      expect(maxOutputTokens ?? 1).toBeLessThanOrEqual(contextLength);
    }
  });
});
