import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** Moonshot AI (Kimi): https://platform.moonshot.ai/docs */
export const moonshot = {
  id: 'moonshot',
  name: 'Moonshot AI (Kimi)',
  protocols: ['openai-chat', 'anthropic-messages'],
  endpoints: { 'openai-chat': 'https://api.moonshot.ai/v1', 'anthropic-messages': 'https://api.moonshot.ai/anthropic' },
  oneRoot: false,
  auth: { 'anthropic-messages': { type: 'bearer' } },
  envNames: ['MOONSHOT_API_KEY'],
  quirks: DEFAULT_QUIRKS,
  vendor: false,
  local: false,
  docsUrl: 'https://platform.moonshot.ai/docs',
  models: [
    {
      id: 'moonshotai/kimi-k2-thinking',
      upstreamModel: 'kimi-k2-thinking',
      aliases: [],
      contextLength: 262_144,
      maxOutputTokens: 32_768,
    },
    {
      id: 'moonshotai/kimi-k2',
      upstreamModel: 'kimi-k2-0905-preview',
      aliases: ['kimi-k2-0905-preview'],
      contextLength: 262_144,
      maxOutputTokens: 32_768,
    },
  ],
} as const satisfies ProviderPreset;
