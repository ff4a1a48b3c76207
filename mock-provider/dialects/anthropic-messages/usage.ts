import type { JsonObject } from '../../json-value.ts';
import { finishUsage, type UsagePlan } from '../../usage.ts';

/** The whole usage of an unary reply. */
export function messageUsage(plan: UsagePlan): JsonObject {
  return finishUsage({ ...details(plan), ...finalCounts(plan) }, plan);
}

/** The usage of `message_start`: input is known, one output token is. */
export function startUsage(plan: UsagePlan): JsonObject {
  const started = Math.min(1, plan.completion);
  return finishUsage({ ...inputCounts(plan), ...details(plan), output_tokens: started }, plan, 'start');
}

/** The cumulative usage of `message_delta`. */
export function deltaUsage(plan: UsagePlan): JsonObject {
  return finishUsage(finalCounts(plan), plan);
}

function inputCounts(plan: UsagePlan): JsonObject {
  const written = plan.cacheWrite5m + plan.cacheWrite1h;
  return {
    input_tokens: plan.prompt - plan.cached - written,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: plan.cached,
  };
}

function details(plan: UsagePlan): JsonObject {
  return {
    cache_creation: {
      ephemeral_5m_input_tokens: plan.cacheWrite5m,
      ephemeral_1h_input_tokens: plan.cacheWrite1h,
    },
    service_tier: 'standard',
  };
}

function finalCounts(plan: UsagePlan): JsonObject {
  return {
    ...inputCounts(plan),
    output_tokens: plan.completion,
    ...(plan.reasoning > 0 ? { output_tokens_details: { thinking_tokens: plan.reasoning } } : {}),
    ...(plan.webSearches > 0 ? { server_tool_use: { web_search_requests: plan.webSearches } } : {}),
  };
}
