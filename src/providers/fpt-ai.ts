import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** FPT AI Factory: https://ai-docs.fptcloud.com */
export const fptAi = {
  id: 'fpt-ai',
  name: 'FPT AI Factory',
  protocols: ['openai-chat'],
  endpoints: { 'openai-chat': 'https://mkp-api.fptcloud.com/v1' },
  oneRoot: true,
  auth: {},
  envNames: ['FPT_API_KEY', 'FPT_AI_API_KEY'],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['embeddings'] },
  vendor: false,
  local: false,
  docsUrl: 'https://ai-docs.fptcloud.com',
  models: [
    {
      id: 'openai/gpt-oss-120b',
      upstreamModel: 'gpt-oss-120b',
      aliases: [],
      contextLength: 131_072,
      maxOutputTokens: 32_768,
    },
    {
      id: 'meta/llama-3.3-70b-instruct',
      upstreamModel: 'Llama-3.3-70B-Instruct',
      aliases: [],
      contextLength: 131_072,
      maxOutputTokens: 32_768,
    },
  ],
} as const satisfies ProviderPreset;
