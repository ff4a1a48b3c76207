import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** Z.ai: https://docs.z.ai/api-reference/introduction */
export const zai = {
  id: 'zai',
  name: 'Z.ai',
  protocols: ['openai-chat', 'anthropic-messages'],
  endpoints: { 'openai-chat': 'https://api.z.ai/api/paas/v4', 'anthropic-messages': 'https://api.z.ai/api/anthropic' },
  oneRoot: false,
  auth: {},
  envNames: ['ZAI_API_KEY', 'Z_AI_API_KEY'],
  quirks: { ...DEFAULT_QUIRKS, streamUsage: 'always', zeroInputInDelta: true },
  vendor: false,
  local: false,
  docsUrl: 'https://docs.z.ai/api-reference/introduction',
  models: [
    { id: 'zai/glm-4.6', upstreamModel: 'glm-4.6', aliases: [], contextLength: 200_000, maxOutputTokens: 128_000 },
    {
      id: 'zai/glm-4.5-air',
      upstreamModel: 'glm-4.5-air',
      aliases: [],
      contextLength: 128_000,
      maxOutputTokens: 96_000,
    },
  ],
} as const satisfies ProviderPreset;
