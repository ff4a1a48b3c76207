import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** OpenRouter: https://openrouter.ai/docs/api-reference/overview */
export const openrouter = {
  id: 'openrouter',
  name: 'OpenRouter',
  protocols: ['openai-chat', 'openai-responses', 'anthropic-messages'],
  endpoints: {
    'openai-chat': 'https://openrouter.ai/api/v1',
    'openai-responses': 'https://openrouter.ai/api/v1',
    'anthropic-messages': 'https://openrouter.ai/api',
  },
  oneRoot: true,
  auth: { 'anthropic-messages': { type: 'bearer' } },
  envNames: ['OPENROUTER_API_KEY'],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['completions', 'embeddings'] },
  vendor: false,
  local: false,
  docsUrl: 'https://openrouter.ai/docs/api-reference/overview',
  models: [
    {
      id: 'openai/gpt-4o-mini',
      upstreamModel: 'openai/gpt-4o-mini',
      aliases: [],
      contextLength: 128_000,
      maxOutputTokens: 16_384,
    },
    {
      id: 'anthropic/claude-sonnet-4-5',
      upstreamModel: 'anthropic/claude-sonnet-4.5',
      aliases: [],
      contextLength: 200_000,
      maxOutputTokens: 64_000,
    },
    {
      id: 'gemini/gemini-2.5-flash',
      upstreamModel: 'google/gemini-2.5-flash',
      aliases: [],
      contextLength: 1_048_576,
      maxOutputTokens: 65_535,
    },
  ],
} as const satisfies ProviderPreset;
