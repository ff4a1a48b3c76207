import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** Cerebras: https://inference-docs.cerebras.ai */
export const cerebras = {
  id: 'cerebras',
  name: 'Cerebras',
  protocols: ['openai-chat'],
  endpoints: { 'openai-chat': 'https://api.cerebras.ai/v1' },
  oneRoot: true,
  auth: {},
  envNames: ['CEREBRAS_API_KEY'],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['completions'] },
  vendor: false,
  local: false,
  docsUrl: 'https://inference-docs.cerebras.ai',
  models: [
    {
      id: 'openai/gpt-oss-120b',
      upstreamModel: 'gpt-oss-120b',
      aliases: [],
      contextLength: 131_072,
      maxOutputTokens: 40_960,
    },
    {
      id: 'meta/llama-3.1-8b-instruct',
      upstreamModel: 'llama3.1-8b',
      aliases: [],
      contextLength: 32_768,
      maxOutputTokens: 8192,
    },
  ],
} as const satisfies ProviderPreset;
