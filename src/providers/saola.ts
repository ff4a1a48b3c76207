import { DEFAULT_QUIRKS } from './default-quirks.ts';
import type { ProviderPreset } from './preset.ts';

/** Another Saola, whose operator knows where it is. */
export const saola = {
  id: 'saola',
  name: 'another Saola',
  protocols: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'],
  endpoints: {},
  oneRoot: true,
  auth: {},
  envNames: [],
  quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['completions', 'embeddings'] },
  vendor: false,
  local: false,
  docsUrl: undefined,
  models: [],
} as const satisfies ProviderPreset;
