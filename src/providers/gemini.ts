import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** Google Gemini: https://ai.google.dev/api */
export const gemini = {
  id: 'gemini',
  name: 'Google Gemini',
  protocols: ['gemini', 'openai-chat'],
  endpoints: {
    gemini: 'https://generativelanguage.googleapis.com',
    'openai-chat': 'https://generativelanguage.googleapis.com/v1beta/openai',
  },
  oneRoot: false,
  auth: {},
  envNames: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['embeddings'] },
  vendor: true,
  local: false,
  docsUrl: 'https://ai.google.dev/api',
  models: [
    {
      id: 'gemini/gemini-2.5-pro',
      upstreamModel: 'gemini-2.5-pro',
      aliases: [],
      contextLength: 1_048_576,
      maxOutputTokens: 65_536,
    },
    {
      id: 'gemini/gemini-2.5-flash',
      upstreamModel: 'gemini-2.5-flash',
      aliases: [],
      contextLength: 1_048_576,
      maxOutputTokens: 65_536,
    },
    {
      id: 'gemini/gemini-2.5-flash-lite',
      upstreamModel: 'gemini-2.5-flash-lite',
      aliases: [],
      contextLength: 1_048_576,
      maxOutputTokens: 65_536,
    },
  ],
} as const satisfies ProviderPreset;
