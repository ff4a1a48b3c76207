import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** Azure OpenAI: https://learn.microsoft.com/azure/ai-foundry/openai/latest */
export const azureOpenai = {
  id: 'azure-openai',
  name: 'Azure OpenAI',
  protocols: ['openai-chat', 'openai-responses'],
  endpoints: {},
  oneRoot: true,
  auth: { 'openai-chat': { type: 'header', name: 'api-key' }, 'openai-responses': { type: 'header', name: 'api-key' } },
  envNames: ['AZURE_OPENAI_API_KEY'],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['embeddings'] },
  vendor: false,
  local: false,
  docsUrl: 'https://learn.microsoft.com/azure/ai-foundry/openai/latest',
  models: [],
} as const satisfies ProviderPreset;
