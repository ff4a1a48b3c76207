import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** Alibaba DashScope (Qwen): https://www.alibabacloud.com/help/en/model-studio */
export const dashscope = {
  id: 'dashscope',
  name: 'Alibaba DashScope (Qwen)',
  protocols: ['openai-chat', 'anthropic-messages'],
  endpoints: {
    'openai-chat': 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    'anthropic-messages': 'https://dashscope-intl.aliyuncs.com/apps/anthropic',
  },
  oneRoot: false,
  auth: {},
  envNames: ['DASHSCOPE_API_KEY'],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['embeddings'] },
  vendor: false,
  local: false,
  docsUrl: 'https://www.alibabacloud.com/help/en/model-studio',
  models: [
    { id: 'qwen/qwen3-max', upstreamModel: 'qwen3-max', aliases: [], contextLength: 262_144, maxOutputTokens: 65_536 },
    {
      id: 'qwen/qwen-plus',
      upstreamModel: 'qwen-plus',
      aliases: [],
      contextLength: 1_000_000,
      maxOutputTokens: 32_768,
    },
    {
      id: 'qwen/qwen3-coder-plus',
      upstreamModel: 'qwen3-coder-plus',
      aliases: [],
      contextLength: 1_000_000,
      maxOutputTokens: 65_536,
    },
    {
      id: 'qwen/text-embedding-v4',
      upstreamModel: 'text-embedding-v4',
      aliases: [],
      contextLength: 8192,
      maxOutputTokens: undefined,
    },
  ],
} as const satisfies ProviderPreset;
