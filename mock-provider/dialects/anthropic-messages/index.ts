import { type Answer, type Finish, SIGNATURE, type ToolCall } from '../../answer/answer.ts';
import type { JsonObject } from '../../json-value.ts';
import type { Dialect, WireEvent } from '../dialect.ts';
import { readFacts } from './read-facts.ts';
import { deltaUsage, messageUsage, startUsage } from './usage.ts';

/** Anthropic Messages: https://docs.anthropic.com/en/api/messages-streaming */
export const anthropicMessages: Dialect = {
  id: 'anthropic-messages',
  family: 'anthropic',
  readFacts,
  encodeUnary,
  encodeStream,
  encodeStreamError: () => [
    typed('error', { error: { type: 'overloaded_error', message: 'Overloaded' }, request_id: 'req_mock' }),
  ],
};

const typed = (type: string, fields: JsonObject): WireEvent => ({ event: type, data: { type, ...fields } });

function head(answer: Answer): JsonObject {
  return {
    ...(answer.id === undefined ? {} : { id: `msg_${answer.id}` }),
    type: 'message',
    role: 'assistant',
    model: answer.model,
  };
}

function stopReason(finish: Finish): string {
  switch (finish) {
    case 'stop':
      return 'end_turn';
    case 'stop_sequence':
    case 'tool_use':
    case 'max_tokens':
      return finish;
    case 'content_filter':
      return 'refusal';
  }
}

function stopFields(answer: Answer): JsonObject {
  return {
    stop_reason: stopReason(answer.finish),
    stop_sequence: answer.stopSequence ?? null,
    ...(answer.finish === 'content_filter'
      ? { stop_details: { type: 'refusal', category: null, explanation: 'Refused by the mock.' } }
      : {}),
  };
}

function encodeUnary(answer: Answer): JsonObject {
  const text = answer.textChunks.join('');
  return {
    ...head(answer),
    content: [
      ...(answer.thinking === undefined ? [] : [{ type: 'thinking', thinking: answer.thinking, signature: SIGNATURE }]),
      ...(text === '' ? [] : [{ type: 'text', text }]),
      ...answer.toolCalls.map((call) => ({ ...callBlock(answer, call), input: parsedInput(call) })),
    ],
    ...stopFields(answer),
    ...(answer.usage === undefined ? {} : { usage: messageUsage(answer.usage) }),
  };
}

function callBlock(answer: Answer, call: ToolCall): JsonObject {
  return {
    type: 'tool_use',
    ...(answer.id === undefined ? {} : { id: `toolu_${call.id}` }),
    name: call.name,
    input: {},
  };
}

function parsedInput(call: ToolCall): unknown {
  return call.kind === 'custom' ? { input: call.input } : JSON.parse(call.input);
}

function encodeStream(answer: Answer): WireEvent[] {
  const message = {
    ...head(answer),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...(answer.usage === undefined ? {} : { usage: startUsage(answer.usage) }),
  };
  const usage = answer.usage === undefined ? {} : { usage: deltaUsage(answer.usage) };
  const blocks = contentBlocks(answer).flatMap((block, index) => blockEvents(block, index));
  return [
    typed('message_start', { message }),
    ...blocks.slice(0, 1),
    { ...typed('ping', {}), mark: 'ping' },
    ...blocks.slice(1),
    typed('message_delta', { delta: stopFields(answer), ...usage }),
    { ...typed('message_stop', {}), mark: 'terminal' },
  ];
}

interface StreamedBlock {
  readonly start: JsonObject;
  readonly deltas: readonly JsonObject[];
}

function contentBlocks(answer: Answer): StreamedBlock[] {
  const blocks: StreamedBlock[] = [];
  if (answer.thinking !== undefined) {
    blocks.push({
      start: { type: 'thinking', thinking: '', signature: '' },
      deltas: [
        { type: 'thinking_delta', thinking: answer.thinking },
        { type: 'signature_delta', signature: SIGNATURE },
      ],
    });
  }
  if (answer.textChunks.length > 0) {
    const deltas = answer.textChunks.map((text) => ({ type: 'text_delta', text }));
    blocks.push({ start: { type: 'text', text: '' }, deltas });
  }
  for (const call of answer.toolCalls) {
    const json = JSON.stringify(parsedInput(call));
    const half = Math.ceil(json.length / 2);
    const deltas = ['', json.slice(0, half), json.slice(half)].map((partial_json) => ({
      type: 'input_json_delta',
      partial_json,
    }));
    blocks.push({ start: callBlock(answer, call), deltas });
  }
  return blocks;
}

function blockEvents({ start, deltas }: StreamedBlock, index: number): WireEvent[] {
  return [
    typed('content_block_start', { index, content_block: start }),
    ...deltas.map((delta) => typed('content_block_delta', { index, delta })),
    typed('content_block_stop', { index }),
  ];
}
