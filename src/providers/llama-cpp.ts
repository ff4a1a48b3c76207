import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** llama.cpp: https://github.com/ggml-org/llama.cpp/tree/master/tools/server */
export const llamaCpp = {
  id: 'llama-cpp',
  name: 'llama.cpp',
  protocols: ['openai-chat', 'openai-responses', 'anthropic-messages'],
  endpoints: {
    'openai-chat': 'http://127.0.0.1:8080/v1',
    'openai-responses': 'http://127.0.0.1:8080/v1',
    'anthropic-messages': 'http://127.0.0.1:8080',
  },
  oneRoot: true,
  auth: { 'anthropic-messages': { type: 'bearer' } },
  envNames: [],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['completions', 'embeddings'] },
  vendor: false,
  local: true,
  docsUrl: 'https://github.com/ggml-org/llama.cpp/tree/master/tools/server',
  models: [],
} as const satisfies ProviderPreset;
