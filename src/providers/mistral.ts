import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** Mistral AI: https://docs.mistral.ai/api */
export const mistral = {
  id: 'mistral',
  name: 'Mistral AI',
  protocols: ['openai-chat'],
  endpoints: { 'openai-chat': 'https://api.mistral.ai/v1' },
  oneRoot: true,
  auth: {},
  envNames: ['MISTRAL_API_KEY'],
  quirks: { ...DEFAULT_QUIRKS, streamUsage: 'always', miscEndpoints: ['embeddings'] },
  vendor: false,
  local: false,
  docsUrl: 'https://docs.mistral.ai/api',
  models: [
    {
      id: 'mistralai/mistral-large-latest',
      upstreamModel: 'mistral-large-latest',
      aliases: [],
      contextLength: 128_000,
      maxOutputTokens: 32_768,
    },
    {
      id: 'mistralai/mistral-small-latest',
      upstreamModel: 'mistral-small-latest',
      aliases: [],
      contextLength: 128_000,
      maxOutputTokens: 32_768,
    },
    {
      id: 'mistralai/codestral-latest',
      upstreamModel: 'codestral-latest',
      aliases: [],
      contextLength: 256_000,
      maxOutputTokens: 32_768,
    },
    {
      id: 'mistralai/mistral-embed',
      upstreamModel: 'mistral-embed',
      aliases: [],
      contextLength: 8192,
      maxOutputTokens: undefined,
    },
  ],
} as const satisfies ProviderPreset;
