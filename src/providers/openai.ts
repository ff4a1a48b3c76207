import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** OpenAI: https://platform.openai.com/docs/api-reference */
export const openai = {
  id: 'openai',
  name: 'OpenAI',
  protocols: ['openai-chat', 'openai-responses'],
  endpoints: { 'openai-chat': 'https://api.openai.com/v1', 'openai-responses': 'https://api.openai.com/v1' },
  oneRoot: true,
  auth: {},
  envNames: ['OPENAI_API_KEY'],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['completions', 'embeddings'] },
  vendor: true,
  local: false,
  docsUrl: 'https://platform.openai.com/docs/api-reference',
  models: [
    {
      id: 'openai/gpt-5.2',
      upstreamModel: 'gpt-5.2',
      aliases: ['gpt-5.2-2025-12-11'],
      contextLength: 400_000,
      maxOutputTokens: 128_000,
    },
    {
      id: 'openai/gpt-5-mini',
      upstreamModel: 'gpt-5-mini',
      aliases: ['gpt-5-mini-2025-08-07'],
      contextLength: 400_000,
      maxOutputTokens: 128_000,
    },
    {
      id: 'openai/gpt-4.1',
      upstreamModel: 'gpt-4.1',
      aliases: ['gpt-4.1-2025-04-14'],
      contextLength: 1_047_576,
      maxOutputTokens: 32_768,
    },
    {
      id: 'openai/gpt-4o',
      upstreamModel: 'gpt-4o',
      aliases: ['gpt-4o-2024-08-06'],
      contextLength: 128_000,
      maxOutputTokens: 16_384,
    },
    {
      id: 'openai/gpt-4o-mini',
      upstreamModel: 'gpt-4o-mini',
      aliases: ['gpt-4o-mini-2024-07-18'],
      contextLength: 128_000,
      maxOutputTokens: 16_384,
    },
    {
      id: 'openai/text-embedding-3-small',
      upstreamModel: 'text-embedding-3-small',
      aliases: [],
      contextLength: 8192,
      maxOutputTokens: undefined,
    },
    {
      id: 'openai/text-embedding-3-large',
      upstreamModel: 'text-embedding-3-large',
      aliases: [],
      contextLength: 8192,
      maxOutputTokens: undefined,
    },
  ],
} as const satisfies ProviderPreset;
