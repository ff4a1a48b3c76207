import { asList, newestUserText } from './json-shape.ts';
import { estimateTokens, planReply, type ReplyPlan } from './plan-reply.ts';
import { jsonReply, type SandboxEndpoint, streamReply } from './sandbox-endpoint.ts';

/** `POST /v1/messages`. */
export const anthropicMessages: SandboxEndpoint = {
  serves: (path) => path === '/messages',
  error: anthropicError,
  answer({ body, bodyBytes }) {
    const plan = planReply({
      model: body['model'],
      userText: newestUserText(asList(body['messages']), 'content'),
      maxTokens: body['max_tokens'],
      bodyBytes,
    });
    if (plan === undefined) return jsonReply(anthropicError(404, `model: ${String(body['model'])}`), { status: 404 });
    if (body['stream'] === true) return streamReply(streamChunks(plan), plan.gapMs);
    return jsonReply(message(plan, { content: [{ type: 'text', text: plan.text }], stop_reason: stopReason(plan) }));
  },
};

/** `POST /v1/messages/count_tokens`. */
export const anthropicCountTokens: SandboxEndpoint = {
  serves: (path) => path === '/messages/count_tokens',
  error: anthropicError,
  answer: ({ bodyBytes }) => jsonReply({ input_tokens: estimateTokens(bodyBytes) }),
};

function anthropicError(status: number, text: string) {
  const type = status === 404 ? 'not_found_error' : 'invalid_request_error';
  return { type: 'error', error: { type, message: text } };
}

const stopReason = (plan: ReplyPlan) => (plan.complete ? 'end_turn' : 'max_tokens');

function usage(plan: ReplyPlan, outputTokens: number) {
  return {
    input_tokens: plan.inputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: outputTokens,
  };
}

function message(plan: ReplyPlan, rest: { content: unknown[]; stop_reason: string | null }) {
  const outputTokens = rest.stop_reason === null ? 1 : plan.outputTokens;
  return {
    id: plan.id,
    type: 'message',
    role: 'assistant',
    model: plan.model,
    ...rest,
    stop_sequence: null,
    usage: usage(plan, outputTokens),
  };
}

function streamChunks(plan: ReplyPlan): string[] {
  const events = [
    { type: 'message_start', message: message(plan, { content: [], stop_reason: null }) },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...plan.pieces.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: stopReason(plan), stop_sequence: null },
      usage: usage(plan, plan.outputTokens),
    },
    { type: 'message_stop' },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}
