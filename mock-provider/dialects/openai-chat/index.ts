import { type Answer, CREATED, type ToolCall } from '../../answer/answer.ts';
import type { JsonObject } from '../../json-value.ts';
import type { Dialect, WireEvent } from '../dialect.ts';
import { chatFinishReason } from './finish-reason.ts';
import { readFacts } from './read-facts.ts';
import { chatUsage } from './usage.ts';

/** OpenAI chat completions: https://platform.openai.com/docs/api-reference/chat */
export const openaiChat: Dialect = {
  id: 'openai-chat',
  family: 'openai',
  readFacts,
  encodeUnary,
  encodeStream,
  encodeStreamError: () => [{ data: streamError() }],
};

function head(answer: Answer, object: string): JsonObject {
  return {
    ...(answer.id === undefined ? {} : { id: `chatcmpl-${answer.id}` }),
    object,
    created: CREATED,
    model: answer.model,
    service_tier: 'default',
    system_fingerprint: 'fp_mock',
  };
}

function encodeUnary(answer: Answer): JsonObject {
  const text = answer.textChunks.join('');
  const message = {
    role: 'assistant',
    content: text === '' ? null : text,
    refusal: null,
    annotations: [],
    ...(answer.thinking === undefined ? {} : { reasoning_content: answer.thinking }),
    ...(answer.toolCalls.length === 0 ? {} : { tool_calls: answer.toolCalls.map((call) => wholeCall(answer, call)) }),
  };
  return {
    ...head(answer, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: chatFinishReason(answer.finish) }],
    ...(answer.usage === undefined ? {} : { usage: chatUsage(answer.usage) }),
  };
}

function wholeCall(answer: Answer, call: ToolCall): JsonObject {
  const id = callId(answer, call);
  return call.kind === 'custom'
    ? { ...id, type: 'custom', custom: { name: call.name, input: call.input } }
    : { ...id, type: 'function', function: { name: call.name, arguments: call.input } };
}

function encodeStream(answer: Answer): WireEvent[] {
  const asked = answer.includeUsage && answer.usage !== undefined;
  const chunk = (choices: JsonObject[], usage: JsonObject | null = null): WireEvent => ({
    data: { ...head(answer, 'chat.completion.chunk'), choices, ...(asked ? { usage } : {}) },
  });
  const delta = (content: JsonObject, reason: string | null = null) =>
    chunk([{ index: 0, delta: content, finish_reason: reason }]);
  return [
    delta({ role: 'assistant', content: '' }),
    ...(answer.thinking === undefined ? [] : [delta({ reasoning_content: answer.thinking })]),
    ...answer.textChunks.map((content) => delta({ content })),
    ...answer.toolCalls.flatMap((call, index) => callDeltas(answer, call, index).map((calls) => delta(calls))),
    delta({}, chatFinishReason(answer.finish)),
    ...(asked && answer.usage !== undefined ? [chunk([], chatUsage(answer.usage))] : []),
    { data: '[DONE]', mark: 'terminal' },
  ];
}

/** The opening delta names the call; the arguments follow in halves, as vendors cut them anywhere. */
function callDeltas(answer: Answer, call: ToolCall, index: number): JsonObject[] {
  const field = call.kind === 'custom' ? 'input' : 'arguments';
  const part = (id: JsonObject, inner: JsonObject) => ({ tool_calls: [{ index, ...id, [call.kind]: inner }] });
  const half = Math.ceil(call.input.length / 2);
  return [
    part({ ...callId(answer, call), type: call.kind }, { name: call.name, [field]: '' }),
    ...[call.input.slice(0, half), call.input.slice(half)]
      .filter((text) => text !== '')
      .map((text) => part({}, { [field]: text })),
  ];
}

function callId(answer: Answer, call: ToolCall): JsonObject {
  return answer.id === undefined ? {} : { id: `call_${call.id}` };
}

function streamError(): JsonObject {
  return {
    error: {
      message: 'The server had an error while processing your request. Sorry about that!',
      type: 'server_error',
      param: null,
      code: 'server_error',
    },
  };
}
