import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** Ollama: https://docs.ollama.com/api/openai-compatibility */
export const ollama = {
  id: 'ollama',
  name: 'Ollama',
  protocols: ['openai-chat', 'openai-responses', 'anthropic-messages'],
  endpoints: {
    'openai-chat': 'http://127.0.0.1:11434/v1',
    'openai-responses': 'http://127.0.0.1:11434/v1',
    'anthropic-messages': 'http://127.0.0.1:11434',
  },
  oneRoot: true,
  auth: { 'anthropic-messages': { type: 'bearer' } },
  envNames: [],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['completions', 'embeddings'] },
  vendor: false,
  local: true,
  docsUrl: 'https://docs.ollama.com/api/openai-compatibility',
  models: [],
} as const satisfies ProviderPreset;
