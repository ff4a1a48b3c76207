import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** Anthropic: https://docs.claude.com/en/api/overview */
export const anthropic = {
  id: 'anthropic',
  name: 'Anthropic',
  protocols: ['anthropic-messages'],
  endpoints: { 'anthropic-messages': 'https://api.anthropic.com' },
  oneRoot: true,
  auth: {},
  envNames: ['ANTHROPIC_API_KEY'],
  quirks: DEFAULT_QUIRKS,
  vendor: true,
  local: false,
  docsUrl: 'https://docs.claude.com/en/api/overview',
  models: [
    {
      id: 'anthropic/claude-opus-4-5',
      upstreamModel: 'claude-opus-4-5',
      aliases: ['claude-opus-4-5-20251101'],
      contextLength: 200_000,
      maxOutputTokens: 64_000,
    },
    {
      id: 'anthropic/claude-sonnet-4-5',
      upstreamModel: 'claude-sonnet-4-5',
      aliases: ['claude-sonnet-4-5-20250929'],
      contextLength: 200_000,
      maxOutputTokens: 64_000,
    },
    {
      id: 'anthropic/claude-haiku-4-5',
      upstreamModel: 'claude-haiku-4-5',
      aliases: ['claude-haiku-4-5-20251001'],
      contextLength: 200_000,
      maxOutputTokens: 64_000,
    },
  ],
} as const satisfies ProviderPreset;
