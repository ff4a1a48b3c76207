import type { JsonObject } from '../../json-value.ts';
import { finishUsage, type UsagePlan } from '../../usage.ts';

/** `usageMetadata`, cumulative: `share` of the output (0 to 1) is there so far. */
export function usageMetadata(plan: UsagePlan, share: number): JsonObject {
  const prompt = plan.prompt - plan.toolUsePrompt;
  const candidates = Math.floor((plan.completion - plan.reasoning) * share);
  const fields = {
    promptTokenCount: prompt,
    candidatesTokenCount: candidates,
    totalTokenCount: plan.prompt + candidates + plan.reasoning,
    ...(plan.cached > 0 ? { cachedContentTokenCount: plan.cached } : {}),
    ...(plan.reasoning > 0 ? { thoughtsTokenCount: plan.reasoning } : {}),
    ...(plan.toolUsePrompt > 0 ? { toolUsePromptTokenCount: plan.toolUsePrompt } : {}),
    promptTokensDetails: modalities(prompt, plan.audioIn, plan.imageIn),
    ...(plan.audioOut + plan.imageOut > 0 && share === 1
      ? { candidatesTokensDetails: modalities(candidates, plan.audioOut, plan.imageOut) }
      : {}),
  };
  return share === 1 ? finishUsage(fields, plan) : finishUsage(fields, { ...plan, rawFinal: undefined });
}

function modalities(all: number, audio: number, image: number): JsonObject[] {
  const counts: [string, number][] = [
    ['TEXT', all - audio - image],
    ['AUDIO', audio],
    ['IMAGE', image],
  ];
  return counts
    .filter(([name, count]) => name === 'TEXT' || count > 0)
    .map(([modality, tokenCount]) => ({ modality, tokenCount }));
}
