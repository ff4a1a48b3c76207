import { type Answer, CREATED } from '../../answer/answer.ts';
import type { JsonObject } from '../../json-value.ts';
import type { Dialect, WireEvent } from '../dialect.ts';
import { outputItems } from './output-items.ts';
import { readFacts } from './read-facts.ts';
import { responseUsage } from './usage.ts';

/** OpenAI Responses: https://platform.openai.com/docs/api-reference/responses-streaming */
export const openaiResponses: Dialect = {
  id: 'openai-responses',
  family: 'openai',
  readFacts,
  encodeUnary: finished,
  encodeStream,
  encodeStreamError,
};

function response(answer: Answer, fields: JsonObject): JsonObject {
  return {
    ...(answer.id === undefined ? {} : { id: `resp_${answer.id}` }),
    object: 'response',
    created_at: CREATED,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    model: answer.model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: false,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    ...fields,
  };
}

function incompleteReason(answer: Answer): string | undefined {
  switch (answer.finish) {
    case 'max_tokens':
      return 'max_output_tokens';
    case 'content_filter':
      return 'content_filter';
    default:
      return undefined;
  }
}

function finished(answer: Answer): JsonObject {
  const reason = incompleteReason(answer);
  return response(answer, {
    status: reason === undefined ? 'completed' : 'incomplete',
    incomplete_details: reason === undefined ? null : { reason },
    output: outputItems(answer).map((item) => item.done),
    ...(answer.usage === undefined ? {} : { usage: responseUsage(answer.usage) }),
  });
}

function encodeStream(answer: Answer): WireEvent[] {
  const events: WireEvent[] = [];
  const emit = (type: string, fields: JsonObject, mark?: 'terminal') => {
    const data = { type, sequence_number: events.length, ...fields };
    events.push(mark === undefined ? { event: type, data } : { event: type, data, mark });
  };
  emit('response.created', { response: response(answer, { usage: null }) });
  emit('response.in_progress', { response: response(answer, { usage: null }) });
  outputItems(answer).forEach((item, output_index) => {
    const item_id = item.done['id'];
    emit('response.output_item.added', { output_index, item: item.opened });
    for (const { type, fields } of item.inner) {
      emit(type, { output_index, ...(item_id === undefined ? {} : { item_id }), ...fields });
    }
    emit('response.output_item.done', { output_index, item: item.done });
  });
  const type = incompleteReason(answer) === undefined ? 'response.completed' : 'response.incomplete';
  emit(type, { response: finished(answer) }, 'terminal');
  return events;
}

function encodeStreamError(answer: Answer, sent: number): WireEvent[] {
  const error = { code: 'server_error', message: 'The server had an error while processing your request.' };
  const type = 'response.failed';
  const failed = response(answer, { status: 'failed', error, usage: null });
  return [{ event: type, data: { type, sequence_number: sent, response: failed } }];
}
