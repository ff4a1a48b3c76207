import type { ReplyPlan } from './plan-reply.ts';
import { jsonReply, type SandboxReply } from './sandbox-endpoint.ts';

/** The error body of all OpenAI endpoints. */
export function openaiError(status: number, message: string) {
  const code = status === 404 ? 'model_not_found' : null;
  return { error: { message, type: 'invalid_request_error', param: null, code } };
}

/** 404 for a model that is not simulated. */
export function openaiModelMissing(model: unknown): SandboxReply {
  return jsonReply(openaiError(404, `The model \`${String(model)}\` does not exist; the sandbox has echo and lorem.`), {
    status: 404,
  });
}

/** Usage as chat and completions count it. */
export function openaiUsage({ inputTokens, outputTokens }: ReplyPlan) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}
