import { asList, asObject } from './json-shape.ts';
import { openaiError, openaiModelMissing, openaiUsage } from './openai-common.ts';
import { planReply, type ReplyPlan } from './plan-reply.ts';
import { jsonReply, type SandboxEndpoint, streamReply } from './sandbox-endpoint.ts';

/** `POST /completions`, the legacy form; of several prompts the first one counts. */
export const openaiCompletions: SandboxEndpoint = {
  serves: (path) => path === '/completions',
  error: openaiError,
  answer({ body, bodyBytes, now }) {
    const prompt = body['prompt'] ?? '';
    const userText = String(asList(prompt)[0] ?? prompt);
    const plan = planReply({ model: body['model'], userText, maxTokens: body['max_tokens'], bodyBytes });
    if (plan === undefined) return openaiModelMissing(body['model']);
    const member = (rest: object) => ({
      id: plan.id,
      object: 'text_completion',
      created: now,
      model: plan.model,
      ...rest,
    });
    if (body['stream'] !== true) {
      return jsonReply(member({ choices: [choice(plan.text, finishReason(plan))], usage: openaiUsage(plan) }));
    }
    const wantsUsage = asObject(body['stream_options'])['include_usage'] === true;
    const events = [
      ...plan.pieces.map((text) => member({ choices: [choice(text, null)] })),
      member({ choices: [choice('', finishReason(plan))] }),
      ...(wantsUsage ? [member({ choices: [], usage: openaiUsage(plan) })] : []),
    ];
    return streamReply(
      [...events.map((event) => `data: ${JSON.stringify(event)}\n\n`), 'data: [DONE]\n\n'],
      plan.gapMs,
    );
  },
};

function choice(text: string, finish: string | null) {
  return { text, index: 0, logprobs: null, finish_reason: finish };
}

function finishReason(plan: ReplyPlan): string {
  return plan.complete ? 'stop' : 'length';
}
