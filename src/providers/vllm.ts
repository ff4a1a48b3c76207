import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** vLLM: https://docs.vllm.ai/en/latest/serving/openai_compatible_server */
export const vllm = {
  id: 'vllm',
  name: 'vLLM',
  protocols: ['openai-chat', 'openai-responses', 'anthropic-messages'],
  endpoints: {
    'openai-chat': 'http://127.0.0.1:8000/v1',
    'openai-responses': 'http://127.0.0.1:8000/v1',
    'anthropic-messages': 'http://127.0.0.1:8000',
  },
  oneRoot: true,
  auth: { 'anthropic-messages': { type: 'bearer' } },
  envNames: [],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['completions', 'embeddings'] },
  vendor: false,
  local: true,
  docsUrl: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server',
  models: [],
} as const satisfies ProviderPreset;
