import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** Together AI: https://docs.together.ai/docs/openai-api-compatibility */
export const together = {
  id: 'together',
  name: 'Together AI',
  protocols: ['openai-chat'],
  endpoints: { 'openai-chat': 'https://api.together.xyz/v1' },
  oneRoot: true,
  auth: {},
  envNames: ['TOGETHER_API_KEY'],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['completions', 'embeddings'] },
  vendor: false,
  local: false,
  docsUrl: 'https://docs.together.ai/docs/openai-api-compatibility',
  models: [
    {
      id: 'openai/gpt-oss-120b',
      upstreamModel: 'openai/gpt-oss-120b',
      aliases: [],
      contextLength: 131_072,
      maxOutputTokens: 65_536,
    },
    {
      id: 'meta/llama-3.3-70b-instruct',
      upstreamModel: 'meta-llama/Llama-3.3-70B-Instruct-Turbo',
      aliases: [],
      contextLength: 131_072,
      maxOutputTokens: 32_768,
    },
  ],
} as const satisfies ProviderPreset;
