import { type Answer, SIGNATURE, type ToolCall } from '../../answer/answer.ts';
import type { JsonObject } from '../../json-value.ts';

/** One output item: as it is when it opens, the events inside it, and as it is when it is done. */
export interface OutputItem {
  readonly opened: JsonObject;
  readonly done: JsonObject;
  /** Events between added and done; output index and item id are filled in by the stream. */
  readonly inner: readonly { readonly type: string; readonly fields: JsonObject }[];
}

/** The output items of an answer, in order: reasoning, message, calls. */
export function outputItems(answer: Answer): OutputItem[] {
  return [
    ...(answer.thinking === undefined ? [] : [reasoningItem(answer, answer.thinking)]),
    ...(answer.textChunks.length === 0 ? [] : [messageItem(answer)]),
    ...answer.toolCalls.map((call) => callItem(answer, call)),
  ];
}

function idOf(answer: Answer, prefix: string, id = answer.id): JsonObject {
  return answer.id === undefined ? {} : { id: `${prefix}_${id}` };
}

function reasoningItem(answer: Answer, text: string): OutputItem {
  const head = { ...idOf(answer, 'rs'), type: 'reasoning' };
  const sealed = answer.encryptedReasoning ? { encrypted_content: SIGNATURE } : {};
  const part = { type: 'summary_text', text };
  const at = { summary_index: 0 };
  return {
    opened: { ...head, summary: [], ...sealed },
    done: { ...head, summary: [part], ...sealed },
    inner: [
      { type: 'response.reasoning_summary_part.added', fields: { ...at, part: { type: 'summary_text', text: '' } } },
      { type: 'response.reasoning_summary_text.delta', fields: { ...at, delta: text } },
      { type: 'response.reasoning_summary_text.done', fields: { ...at, text } },
      { type: 'response.reasoning_summary_part.done', fields: { ...at, part } },
    ],
  };
}

function messageItem(answer: Answer): OutputItem {
  const text = answer.textChunks.join('');
  const head = { ...idOf(answer, 'msg'), type: 'message' };
  const part = (content: string) => ({ type: 'output_text', annotations: [], logprobs: [], text: content });
  const at = { content_index: 0 };
  const status = answer.finish === 'max_tokens' || answer.finish === 'content_filter' ? 'incomplete' : 'completed';
  return {
    opened: { ...head, status: 'in_progress', content: [], role: 'assistant' },
    done: { ...head, status, content: [part(text)], role: 'assistant' },
    inner: [
      { type: 'response.content_part.added', fields: { ...at, part: part('') } },
      ...answer.textChunks.map((delta) => ({
        type: 'response.output_text.delta',
        fields: { ...at, delta, logprobs: [] },
      })),
      { type: 'response.output_text.done', fields: { ...at, text, logprobs: [] } },
      { type: 'response.content_part.done', fields: { ...at, part: part(text) } },
    ],
  };
}

function callItem(answer: Answer, call: ToolCall): OutputItem {
  const custom = call.kind === 'custom';
  const type = custom ? 'custom_tool_call' : 'function_call';
  const field = custom ? 'input' : 'arguments';
  const events = custom ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
  const item = (status: string, input: string) => ({
    ...idOf(answer, custom ? 'ctc' : 'fc', call.id),
    type,
    status,
    [field]: input,
    ...(answer.id === undefined ? {} : { call_id: `call_${call.id}` }),
    name: call.name,
    ...(call.namespace === undefined ? {} : { namespace: call.namespace }),
  });
  const half = Math.ceil(call.input.length / 2);
  return {
    opened: item('in_progress', ''),
    done: item('completed', call.input),
    inner: [
      ...[call.input.slice(0, half), call.input.slice(half)]
        .filter((delta) => delta !== '')
        .map((delta) => ({ type: `${events}.delta`, fields: { delta } })),
      { type: `${events}.done`, fields: { [field]: call.input } },
    ],
  };
}
