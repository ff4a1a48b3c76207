import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** DeepInfra: https://deepinfra.com/docs/openai_api */
export const deepinfra = {
  id: 'deepinfra',
  name: 'DeepInfra',
  protocols: ['openai-chat'],
  endpoints: { 'openai-chat': 'https://api.deepinfra.com/v1/openai' },
  oneRoot: true,
  auth: {},
  envNames: ['DEEPINFRA_API_KEY', 'DEEPINFRA_TOKEN'],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['completions', 'embeddings'] },
  vendor: false,
  local: false,
  docsUrl: 'https://deepinfra.com/docs/openai_api',
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
      upstreamModel: 'meta-llama/Llama-3.3-70B-Instruct',
      aliases: [],
      contextLength: 131_072,
      maxOutputTokens: 16_384,
    },
  ],
} as const satisfies ProviderPreset;
