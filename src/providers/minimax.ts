import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** MiniMax: https://platform.minimax.io/docs */
export const minimax = {
  id: 'minimax',
  name: 'MiniMax',
  protocols: ['openai-chat', 'anthropic-messages'],
  endpoints: { 'openai-chat': 'https://api.minimax.io/v1', 'anthropic-messages': 'https://api.minimax.io/anthropic' },
  oneRoot: false,
  auth: { 'anthropic-messages': { type: 'bearer' } },
  envNames: ['MINIMAX_API_KEY'],
  quirks: DEFAULT_QUIRKS,
  vendor: false,
  local: false,
  docsUrl: 'https://platform.minimax.io/docs',
  models: [
    {
      id: 'minimax/minimax-m2',
      upstreamModel: 'MiniMax-M2',
      aliases: [],
      contextLength: 204_800,
      maxOutputTokens: 131_072,
    },
  ],
} as const satisfies ProviderPreset;
