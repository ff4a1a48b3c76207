import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** Groq: https://console.groq.com/docs/openai */
export const groq = {
  id: 'groq',
  name: 'Groq',
  protocols: ['openai-chat', 'openai-responses'],
  endpoints: { 'openai-chat': 'https://api.groq.com/openai/v1', 'openai-responses': 'https://api.groq.com/openai/v1' },
  oneRoot: true,
  auth: {},
  envNames: ['GROQ_API_KEY'],
  quirks: DEFAULT_QUIRKS,
  vendor: false,
  local: false,
  docsUrl: 'https://console.groq.com/docs/openai',
  models: [
    {
      id: 'openai/gpt-oss-120b',
      upstreamModel: 'openai/gpt-oss-120b',
      aliases: [],
      contextLength: 131_072,
      maxOutputTokens: 65_536,
    },
    {
      id: 'openai/gpt-oss-20b',
      upstreamModel: 'openai/gpt-oss-20b',
      aliases: [],
      contextLength: 131_072,
      maxOutputTokens: 65_536,
    },
    {
      id: 'meta/llama-3.3-70b-instruct',
      upstreamModel: 'llama-3.3-70b-versatile',
      aliases: [],
      contextLength: 131_072,
      maxOutputTokens: 32_768,
    },
  ],
} as const satisfies ProviderPreset;
