import { asList, newestUserText } from './json-shape.ts';
import { openaiError, openaiModelMissing } from './openai-common.ts';
import { planReply, type ReplyPlan } from './plan-reply.ts';
import { jsonReply, type SandboxEndpoint, streamReply } from './sandbox-endpoint.ts';

/** `POST /responses`. */
export const openaiResponses: SandboxEndpoint = {
  serves: (path) => path === '/responses',
  error: openaiError,
  answer({ body, bodyBytes, now }) {
    const input = body['input'];
    const plan = planReply({
      model: body['model'],
      userText: typeof input === 'string' ? input : newestUserText(asList(input), 'content'),
      maxTokens: body['max_output_tokens'],
      bodyBytes,
    });
    if (plan === undefined) return openaiModelMissing(body['model']);
    if (body['stream'] !== true) return jsonReply(ended(plan, now));
    return streamReply(streamChunks(plan, now), plan.gapMs);
  },
};

const textPart = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] });

function messageItem(plan: ReplyPlan, status: 'in_progress' | 'completed' | 'incomplete') {
  const content = status === 'in_progress' ? [] : [textPart(plan.text)];
  return { id: `${plan.id}-0`, type: 'message', status, role: 'assistant', content };
}

function response(plan: ReplyPlan, now: number, rest: object) {
  return {
    id: plan.id,
    object: 'response',
    created_at: now,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    model: plan.model,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    user: null,
    ...rest,
  };
}

function ended(plan: ReplyPlan, now: number) {
  const status = plan.complete ? 'completed' : 'incomplete';
  return response(plan, now, {
    status,
    incomplete_details: plan.complete ? null : { reason: 'max_output_tokens' },
    output: [messageItem(plan, status)],
    usage: {
      input_tokens: plan.inputTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: plan.outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: plan.inputTokens + plan.outputTokens,
    },
  });
}

function streamChunks(plan: ReplyPlan, now: number): string[] {
  const started = response(plan, now, { status: 'in_progress', output: [], usage: null });
  const status = plan.complete ? 'completed' : 'incomplete';
  const place = { item_id: `${plan.id}-0`, output_index: 0, content_index: 0 };
  const events = [
    { type: 'response.created', response: started },
    { type: 'response.in_progress', response: started },
    { type: 'response.output_item.added', output_index: 0, item: messageItem(plan, 'in_progress') },
    { type: 'response.content_part.added', ...place, part: textPart('') },
    ...plan.pieces.map((delta) => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...place, text: plan.text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part: textPart(plan.text) },
    { type: 'response.output_item.done', output_index: 0, item: messageItem(plan, status) },
    { type: `response.${status}`, response: ended(plan, now) },
  ];
  return events.map(
    (event, i) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: i })}\n\n`,
  );
}
