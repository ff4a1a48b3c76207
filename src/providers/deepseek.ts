import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** DeepSeek: https://api-docs.deepseek.com */
export const deepseek = {
  id: 'deepseek',
  name: 'DeepSeek',
  protocols: ['openai-chat', 'anthropic-messages'],
  endpoints: {
    'openai-chat': 'https://api.deepseek.com/v1',
    'anthropic-messages': 'https://api.deepseek.com/anthropic',
  },
  oneRoot: false,
  auth: {},
  envNames: ['DEEPSEEK_API_KEY'],
  quirks: DEFAULT_QUIRKS,
  vendor: false,
  local: false,
  docsUrl: 'https://api-docs.deepseek.com',
  models: [
    {
      id: 'deepseek/deepseek-chat',
      upstreamModel: 'deepseek-chat',
      aliases: [],
      contextLength: 128_000,
      maxOutputTokens: 8192,
    },
    {
      id: 'deepseek/deepseek-reasoner',
      upstreamModel: 'deepseek-reasoner',
      aliases: [],
      contextLength: 128_000,
      maxOutputTokens: 65_536,
    },
  ],
} as const satisfies ProviderPreset;
