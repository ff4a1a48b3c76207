import type { JsonObject } from '../../json-value.ts';
import { finishUsage, type UsagePlan } from '../../usage.ts';

/** The usage object of a response. */
export function responseUsage(plan: UsagePlan): JsonObject {
  const written = plan.cacheWrite5m + plan.cacheWrite1h;
  return finishUsage(
    {
      input_tokens: plan.prompt,
      input_tokens_details: {
        cached_tokens: plan.cached,
        ...(written > 0
          ? {
              cache_write_tokens: written,
              cache_write_tokens_details: { ttl_30m_tokens: plan.cacheWrite5m, ttl_12h_tokens: plan.cacheWrite1h },
            }
          : {}),
      },
      output_tokens: plan.reasoningOutside ? plan.completion - plan.reasoning : plan.completion,
      output_tokens_details: { reasoning_tokens: plan.reasoning },
      total_tokens: plan.prompt + plan.completion,
    },
    plan,
  );
}
