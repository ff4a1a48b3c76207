import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** Hugging Face router: https://huggingface.co/docs/inference-providers */
export const huggingFace = {
  id: 'hugging-face',
  name: 'Hugging Face router',
  protocols: ['openai-chat', 'openai-responses'],
  endpoints: {
    'openai-chat': 'https://router.huggingface.co/v1',
    'openai-responses': 'https://router.huggingface.co/v1',
  },
  oneRoot: true,
  auth: {},
  envNames: ['HF_TOKEN', 'HUGGINGFACE_API_KEY'],
  quirks: DEFAULT_QUIRKS,
  vendor: false,
  local: false,
  docsUrl: 'https://huggingface.co/docs/inference-providers',
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
      upstreamModel: 'meta-llama/Llama-3.3-70B-Instruct',
      aliases: [],
      contextLength: 131_072,
      maxOutputTokens: 32_768,
    },
  ],
} as const satisfies ProviderPreset;
