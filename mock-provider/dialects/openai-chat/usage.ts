import type { JsonObject } from '../../json-value.ts';
import { finishUsage, type UsagePlan } from '../../usage.ts';

/** The usage object of chat and legacy completions. */
export function chatUsage(plan: UsagePlan): JsonObject {
  const completion = plan.reasoningOutside ? plan.completion - plan.reasoning : plan.completion;
  const written = plan.cacheWrite5m + plan.cacheWrite1h;
  return finishUsage(
    {
      prompt_tokens: plan.prompt,
      completion_tokens: completion,
      total_tokens: plan.prompt + plan.completion,
      prompt_tokens_details: {
        cached_tokens: plan.cached,
        audio_tokens: plan.audioIn,
        ...(written > 0 ? { cache_write_tokens: written } : {}),
        ...(plan.imageIn > 0 ? { image_tokens: plan.imageIn } : {}),
      },
      completion_tokens_details: {
        reasoning_tokens: plan.reasoning,
        audio_tokens: plan.audioOut,
        ...(plan.imageOut > 0 ? { image_tokens: plan.imageOut } : {}),
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    plan,
  );
}
