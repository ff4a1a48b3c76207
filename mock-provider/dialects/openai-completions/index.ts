import { type Answer, CREATED } from '../../answer/answer.ts';
import type { RequestFacts } from '../../answer/request-facts.ts';
import { type JsonObject, objectOf, stringOf } from '../../json-value.ts';
import { contentText } from '../content-text.ts';
import type { Dialect, WireEvent } from '../dialect.ts';
import { chatFinishReason } from '../openai-chat/finish-reason.ts';
import { openaiChat } from '../openai-chat/index.ts';
import { chatUsage } from '../openai-chat/usage.ts';

/** Legacy text completions: https://platform.openai.com/docs/api-reference/completions */
export const openaiCompletions: Dialect = {
  id: 'openai-completions',
  family: 'openai',
  readFacts,
  encodeUnary,
  encodeStream,
  encodeStreamError: openaiChat.encodeStreamError,
};

function readFacts(body: JsonObject): RequestFacts {
  return {
    model: stringOf(body['model']),
    stream: body['stream'] === true ? 'sse' : 'no',
    includeUsage: objectOf(body['stream_options'])['include_usage'] === true,
    turns: [{ role: 'user', text: contentText(body['prompt']), results: [] }],
    tools: [],
    forcedTool: false,
    schema: undefined,
    stop: typeof body['stop'] === 'string' ? [body['stop']] : [],
    encryptedReasoning: false,
    body,
  };
}

function head(answer: Answer): JsonObject {
  return {
    ...(answer.id === undefined ? {} : { id: `cmpl-${answer.id}` }),
    object: 'text_completion',
    created: CREATED,
    model: answer.model,
  };
}

const choice = (text: string, reason: string | null) => ({ text, index: 0, logprobs: null, finish_reason: reason });

function encodeUnary(answer: Answer): JsonObject {
  return {
    ...head(answer),
    choices: [choice(answer.textChunks.join(''), chatFinishReason(answer.finish))],
    ...(answer.usage === undefined ? {} : { usage: chatUsage(answer.usage) }),
  };
}

function encodeStream(answer: Answer): WireEvent[] {
  const asked = answer.includeUsage && answer.usage !== undefined;
  const chunk = (choices: JsonObject[], usage: JsonObject | null = null): WireEvent => ({
    data: { ...head(answer), choices, ...(asked ? { usage } : {}) },
  });
  return [
    ...answer.textChunks.map((text) => chunk([choice(text, null)])),
    chunk([choice('', chatFinishReason(answer.finish))]),
    ...(asked && answer.usage !== undefined ? [chunk([], chatUsage(answer.usage))] : []),
    { data: '[DONE]', mark: 'terminal' },
  ];
}
