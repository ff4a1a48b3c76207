import { anthropic } from './anthropic.ts';
import { azureOpenai } from './azure-openai.ts';
import { cerebras } from './cerebras.ts';
import { dashscope } from './dashscope.ts';
import { deepinfra } from './deepinfra.ts';
import { deepseek } from './deepseek.ts';
import { fireworks } from './fireworks.ts';
import { fptAi } from './fpt-ai.ts';
import { gemini } from './gemini.ts';
import { greennode } from './greennode.ts';
import { groq } from './groq.ts';
import { huggingFace } from './hugging-face.ts';
import { llamaCpp } from './llama-cpp.ts';
import { lmStudio } from './lm-studio.ts';
import { minimax } from './minimax.ts';
import { mistral } from './mistral.ts';
import { moonshot } from './moonshot.ts';
import { nvidiaNim } from './nvidia-nim.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import { openrouter } from './openrouter.ts';
import type { ProviderPreset } from './preset.ts';
import { saola } from './saola.ts';
import { siliconflow } from './siliconflow.ts';
import { together } from './together.ts';
import { vllm } from './vllm.ts';
import { xai } from './xai.ts';
import { zai } from './zai.ts';

/** All presets, in the order in which people are shown them. */
export const PROVIDER_PRESETS = [
  openai,
  anthropic,
  gemini,
  azureOpenai,
  mistral,
  deepseek,
  groq,
  together,
  fireworks,
  xai,
  openrouter,
  moonshot,
  zai,
  dashscope,
  minimax,
  siliconflow,
  deepinfra,
  cerebras,
  nvidiaNim,
  huggingFace,
  fptAi,
  greennode,
  ollama,
  vllm,
  lmStudio,
  llamaCpp,
  saola,
] as const satisfies readonly ProviderPreset[];

const byId: ReadonlyMap<string, ProviderPreset> = new Map(PROVIDER_PRESETS.map((preset) => [preset.id, preset]));

/** The preset with this id, or `undefined`. */
export function findPreset(id: string): ProviderPreset | undefined {
  return byId.get(id);
}
