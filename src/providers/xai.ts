import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** xAI: https://docs.x.ai/docs/api-reference */
export const xai = {
  id: 'xai',
  name: 'xAI',
  protocols: ['openai-chat', 'openai-responses'],
  endpoints: { 'openai-chat': 'https://api.x.ai/v1', 'openai-responses': 'https://api.x.ai/v1' },
  oneRoot: true,
  auth: {},
  envNames: ['XAI_API_KEY'],
  quirks: { ...DEFAULT_QUIRKS, reasoningOutside: true },
  vendor: false,
  local: false,
  docsUrl: 'https://docs.x.ai/docs/api-reference',
  models: [
    {
      id: 'xai/grok-4',
      upstreamModel: 'grok-4',
      aliases: ['grok-4-0709'],
      contextLength: 256_000,
      maxOutputTokens: 65_536,
    },
    {
      id: 'xai/grok-code-fast-1',
      upstreamModel: 'grok-code-fast-1',
      aliases: [],
      contextLength: 256_000,
      maxOutputTokens: 65_536,
    },
  ],
} as const satisfies ProviderPreset;
