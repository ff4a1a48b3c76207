import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** GreenNode MaaS: https://docs.vngcloud.vn/vng-cloud-document/ai-stack/agent-base/ai-coding */
export const greennode = {
  id: 'greennode',
  name: 'GreenNode MaaS',
  protocols: ['openai-chat', 'anthropic-messages'],
  endpoints: {
    'openai-chat': 'https://maas-llm-aiplatform-hcm.api.vngcloud.vn/v1',
    'anthropic-messages': 'https://maas-llm-aiplatform-hcm.api.vngcloud.vn',
  },
  oneRoot: true,
  auth: { 'anthropic-messages': { type: 'bearer' } },
  envNames: ['GREENNODE_API_KEY'],
  quirks: DEFAULT_QUIRKS,
  vendor: false,
  local: false,
  docsUrl: 'https://docs.vngcloud.vn/vng-cloud-document/ai-stack/agent-base/ai-coding',
  models: [
    {
      id: 'openai/gpt-4o',
      upstreamModel: 'openai/gpt-4o',
      aliases: [],
      contextLength: 128_000,
      maxOutputTokens: 16_384,
    },
    {
      id: 'gemini/gemini-2.5-flash',
      upstreamModel: 'gemini/gemini-2.5-flash',
      aliases: [],
      contextLength: 1_048_576,
      maxOutputTokens: 65_536,
    },
  ],
} as const satisfies ProviderPreset;
