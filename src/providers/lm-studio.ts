import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** LM Studio: https://lmstudio.ai/docs/developer */
export const lmStudio = {
  id: 'lm-studio',
  name: 'LM Studio',
  protocols: ['openai-chat', 'openai-responses', 'anthropic-messages'],
  endpoints: {
    'openai-chat': 'http://127.0.0.1:1234/v1',
    'openai-responses': 'http://127.0.0.1:1234/v1',
    'anthropic-messages': 'http://127.0.0.1:1234',
  },
  oneRoot: true,
  auth: { 'anthropic-messages': { type: 'bearer' } },
  envNames: [],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['completions', 'embeddings'] },
  vendor: false,
  local: true,
  docsUrl: 'https://lmstudio.ai/docs/developer',
  models: [],
} as const satisfies ProviderPreset;
