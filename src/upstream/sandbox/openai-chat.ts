import { asList, asObject, newestUserText } from './json-shape.ts';
import { openaiError, openaiModelMissing, openaiUsage } from './openai-common.ts';
import { planReply, type ReplyPlan } from './plan-reply.ts';
import { jsonReply, type SandboxEndpoint, streamReply } from './sandbox-endpoint.ts';

/** `POST /chat/completions`. */
export const openaiChat: SandboxEndpoint = {
  serves: (path) => path === '/chat/completions',
  error: openaiError,
  answer({ body, bodyBytes, now }) {
    const plan = planReply({
      model: body['model'],
      userText: newestUserText(asList(body['messages']), 'content'),
      maxTokens: body['max_completion_tokens'] ?? body['max_tokens'],
      bodyBytes,
    });
    if (plan === undefined) return openaiModelMissing(body['model']);
    if (body['stream'] !== true) return jsonReply(wholeReply(plan, now));
    const wantsUsage = asObject(body['stream_options'])['include_usage'] === true;
    return streamReply(streamChunks(plan, now, wantsUsage), plan.gapMs);
  },
};

const finishReason = (plan: ReplyPlan) => (plan.complete ? 'stop' : 'length');

function wholeReply(plan: ReplyPlan, now: number) {
  const message = { role: 'assistant', content: plan.text, refusal: null };
  return {
    id: plan.id,
    object: 'chat.completion',
    created: now,
    model: plan.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(plan) }],
    usage: openaiUsage(plan),
  };
}

function streamChunks(plan: ReplyPlan, now: number, wantsUsage: boolean): string[] {
  const chunk = (rest: object) =>
    `data: ${JSON.stringify({ id: plan.id, object: 'chat.completion.chunk', created: now, model: plan.model, ...rest })}\n\n`;
  const usageMember = wantsUsage ? { usage: null } : {};
  const choice = (delta: object, finish: string | null = null) =>
    chunk({ choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], ...usageMember });
  return [
    choice({ role: 'assistant', content: '' }),
    ...plan.pieces.map((content) => choice({ content })),
    choice({}, finishReason(plan)),
    ...(wantsUsage ? [chunk({ choices: [], usage: openaiUsage(plan) })] : []),
    'data: [DONE]\n\n',
  ];
}
