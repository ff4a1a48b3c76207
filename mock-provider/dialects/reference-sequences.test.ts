import { expect, test } from 'vitest';
import type { Answer } from '../answer/answer.ts';
import { objectOf } from '../json-value.ts';
import { DEFAULT_USAGE } from '../usage.ts';
import type { WireEvent } from './dialect.ts';
import { DIALECTS } from './registry.ts';

const answer: Answer = {
  id: 'mock1',
  model: 'm',
  thinking: 'Hm.',
  textChunks: ['Hi', ' you'],
  toolCalls: [
    { id: 'mock1_0', name: 'f', namespace: 'ns', kind: 'function', input: '{"a":1}' },
    { id: 'mock1_1', name: 'g', namespace: undefined, kind: 'custom', input: 'raw' },
  ],
  finish: 'tool_use',
  stopSequence: undefined,
  usage: { ...DEFAULT_USAGE, big: false },
  includeUsage: true,
  encryptedReasoning: true,
};
const names = (events: readonly WireEvent[]) => events.map((event) => event.event);
const data = (event: WireEvent | undefined) => objectOf(event?.data);

test('Anthropic: one open block at a time, four usage fields at both ends', () => {
  const events = DIALECTS['anthropic-messages'].encodeStream(answer);
  const block = (deltas: number) => [
    'content_block_start',
    ...Array(deltas).fill('content_block_delta'),
    'content_block_stop',
  ];
  expect(names(events.filter((event) => event.mark !== 'ping'))).toEqual([
    'message_start',
    ...block(2),
    ...block(2),
    ...block(3),
    ...block(3),
    'message_delta',
    'message_stop',
  ]);
  expect(events.every((event) => event.event === data(event)['type'])).toBe(true);
  const four = { input_tokens: 8, cache_creation_input_tokens: 0, cache_read_input_tokens: 3 };
  expect(data(events[0])['message']).toMatchObject({
    id: 'msg_mock1',
    type: 'message',
    role: 'assistant',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...four, output_tokens: 1 },
  });
  expect(data(events.at(-2))).toEqual({
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { ...four, output_tokens: 7 },
  });
});

test('Responses: created, in_progress, each item from added to done, completed with the whole response', () => {
  const events = DIALECTS['openai-responses'].encodeStream(answer);
  expect(names(events).map((name) => name?.replace('response.', ''))).toEqual([
    ...['created', 'in_progress'],
    ...['output_item.added', 'reasoning_summary_part.added', 'reasoning_summary_text.delta'],
    ...['reasoning_summary_text.done', 'reasoning_summary_part.done', 'output_item.done'],
    ...['output_item.added', 'content_part.added', 'output_text.delta', 'output_text.delta'],
    ...['output_text.done', 'content_part.done', 'output_item.done'],
    ...['output_item.added', 'function_call_arguments.delta', 'function_call_arguments.delta'],
    ...['function_call_arguments.done', 'output_item.done'],
    ...['output_item.added', 'custom_tool_call_input.delta', 'custom_tool_call_input.delta'],
    ...['custom_tool_call_input.done', 'output_item.done'],
    'completed',
  ]);
  expect(events.map((event) => data(event)['sequence_number'])).toEqual(events.map((_, index) => index));
  expect(data(events.at(-1))['response']).toEqual(DIALECTS['openai-responses'].encodeUnary(answer));
  expect(data(events.at(-1))['response']).toMatchObject({
    status: 'completed',
    output: [
      { type: 'reasoning', encrypted_content: expect.any(String) },
      { type: 'message', content: [{ text: 'Hi you' }] },
      { type: 'function_call', namespace: 'ns', arguments: '{"a":1}' },
      { type: 'custom_tool_call', input: 'raw' },
    ],
    usage: { total_tokens: 18 },
  });
});

test('chat: role, reasoning, content, calls by index, finish, usage, [DONE]', () => {
  const events = DIALECTS['openai-chat'].encodeStream(answer);
  const deltas = events.flatMap(
    (event) => (data(event)['choices'] as { delta: object; finish_reason: unknown }[]) ?? [],
  );
  expect(deltas.map((choice) => choice.delta)).toEqual([
    { role: 'assistant', content: '' },
    { reasoning_content: 'Hm.' },
    { content: 'Hi' },
    { content: ' you' },
    { tool_calls: [{ index: 0, id: 'call_mock1_0', type: 'function', function: { name: 'f', arguments: '' } }] },
    { tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] },
    { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] },
    { tool_calls: [{ index: 1, id: 'call_mock1_1', type: 'custom', custom: { name: 'g', input: '' } }] },
    { tool_calls: [{ index: 1, custom: { input: 'ra' } }] },
    { tool_calls: [{ index: 1, custom: { input: 'w' } }] },
    {},
  ]);
  expect(deltas.at(-1)?.finish_reason).toBe('tool_calls');
  expect(data(events.at(-2))).toMatchObject({ choices: [], usage: { total_tokens: 18 } });
  expect(events.at(-1)?.data).toBe('[DONE]');
});

test('Gemini: parts in order, calls whole in one chunk, finish reason and full usage on the last', () => {
  const events = DIALECTS.gemini.encodeStream(answer);
  const candidates = events.map((event) => (data(event)['candidates'] as Record<string, unknown>[])[0]);
  expect(candidates.map((candidate) => objectOf(candidate?.['content'])['parts'])).toEqual([
    [{ text: 'Hm.', thought: true }],
    [{ text: 'Hi' }],
    [{ text: ' you' }],
    [
      { functionCall: { id: 'call_mock1_0', name: 'f', args: { a: 1 } }, thoughtSignature: expect.any(String) },
      { functionCall: { id: 'call_mock1_1', name: 'g', args: { input: 'raw' } } },
    ],
  ]);
  expect(candidates.map((candidate) => candidate?.['finishReason'])).toEqual([undefined, undefined, undefined, 'STOP']);
  expect(data(events.at(-1))['usageMetadata']).toMatchObject({
    promptTokenCount: 11,
    candidatesTokenCount: 7,
    totalTokenCount: 18,
  });
});
