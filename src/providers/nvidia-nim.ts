import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** NVIDIA NIM: https://docs.api.nvidia.com/nim */
export const nvidiaNim = {
  id: 'nvidia-nim',
  name: 'NVIDIA NIM',
  protocols: ['openai-chat'],
  endpoints: { 'openai-chat': 'https://integrate.api.nvidia.com/v1' },
  oneRoot: true,
  auth: {},
  envNames: ['NVIDIA_API_KEY', 'NVIDIA_NIM_API_KEY'],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['embeddings'] },
  vendor: false,
  local: false,
  docsUrl: 'https://docs.api.nvidia.com/nim',
  models: [
    {
      id: 'openai/gpt-oss-120b',
      upstreamModel: 'openai/gpt-oss-120b',
      aliases: [],
      contextLength: 131_072,
      maxOutputTokens: 65_536,
    },
    {
      id: 'meta/llama-3.3-70b-instruct',
      upstreamModel: 'meta/llama-3.3-70b-instruct',
      aliases: [],
      contextLength: 131_072,
      maxOutputTokens: 32_768,
    },
  ],
} as const satisfies ProviderPreset;
