import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** SiliconFlow: https://docs.siliconflow.com */
export const siliconflow = {
  id: 'siliconflow',
  name: 'SiliconFlow',
  protocols: ['openai-chat', 'anthropic-messages'],
  endpoints: { 'openai-chat': 'https://api.siliconflow.com/v1', 'anthropic-messages': 'https://api.siliconflow.com' },
  oneRoot: true,
  auth: { 'anthropic-messages': { type: 'bearer' } },
  envNames: ['SILICONFLOW_API_KEY'],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['embeddings'] },
  vendor: false,
  local: false,
  docsUrl: 'https://docs.siliconflow.com',
  models: [
    {
      id: 'deepseek/deepseek-v3.2',
      upstreamModel: 'deepseek-ai/DeepSeek-V3.2',
      aliases: [],
      contextLength: 163_840,
      maxOutputTokens: 65_536,
    },
    {
      id: 'zai/glm-4.6',
      upstreamModel: 'zai-org/GLM-4.6',
      aliases: [],
      contextLength: 204_800,
      maxOutputTokens: 131_072,
    },
  ],
} as const satisfies ProviderPreset;
