import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** Fireworks AI: https://docs.fireworks.ai/tools-sdks/openai-compatibility */
export const fireworks = {
  id: 'fireworks',
  name: 'Fireworks AI',
  protocols: ['openai-chat', 'openai-responses', 'anthropic-messages'],
  endpoints: {
    'openai-chat': 'https://api.fireworks.ai/inference/v1',
    'openai-responses': 'https://api.fireworks.ai/inference/v1',
    'anthropic-messages': 'https://api.fireworks.ai/inference',
  },
  oneRoot: true,
  auth: { 'anthropic-messages': { type: 'bearer' } },
  envNames: ['FIREWORKS_API_KEY'],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['completions', 'embeddings'] },
  vendor: false,
  local: false,
  docsUrl: 'https://docs.fireworks.ai/tools-sdks/openai-compatibility',
  models: [
    {
      id: 'openai/gpt-oss-120b',
      upstreamModel: 'accounts/fireworks/models/gpt-oss-120b',
      aliases: [],
      contextLength: 131_072,
      maxOutputTokens: 65_536,
    },
    {
      id: 'meta/llama-3.3-70b-instruct',
      upstreamModel: 'accounts/fireworks/models/llama-v3p3-70b-instruct',
      aliases: [],
      contextLength: 131_072,
      maxOutputTokens: 32_768,
    },
  ],
} as const satisfies ProviderPreset;
