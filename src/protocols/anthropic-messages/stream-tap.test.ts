import { expect, test } from 'vitest';
import type { TapQuirks } from '../protocol.ts';
import { FramedEvent } from '../stream/framed-event.ts';
import { MessagesTap } from './stream-tap.ts';

const NO_QUIRKS: TapQuirks = { reasoningOutside: false, zeroInputInDelta: false };
const event = (payload: { readonly type: string; readonly [field: string]: unknown }) =>
  new FramedEvent(new TextEncoder().encode(`event: ${payload.type}\ndata: ${JSON.stringify(payload)}\n\n`), 'sse');
const start = (usage: object) => event({ type: 'message_start', message: { id: 'm1', model: 'up', usage } });
const delta = (usage: object, stop_reason: string | null = 'end_turn') =>
  event({ type: 'message_delta', delta: { stop_reason }, usage });

function read(events: readonly FramedEvent[], quirks = NO_QUIRKS) {
  const tap = new MessagesTap(quirks);
  return { roles: events.map((one) => tap.role(one)), tap, usage: tap.facts().usage };
}

test('roles of a plain stream', () => {
  const { roles, tap } = read([
    start({ input_tokens: 11, output_tokens: 1 }),
    event({ type: 'ping' }),
    event({ type: 'content_block_start', content_block: { type: 'text', text: '' } }),
    event({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'x' } }),
    event({ type: 'content_block_stop' }),
    delta({ output_tokens: 7 }),
    event({ type: 'message_stop' }),
  ]);
  expect(roles).toEqual(['preamble', 'preamble', 'preamble', 'content', 'preamble', 'finish', 'terminal']);
  expect(tap.facts()).toMatchObject({ finishReason: 'end_turn', responseModel: 'up', upstreamId: 'm1' });
});

test('a block that is whole at its start is content', () => {
  expect(
    read([event({ type: 'content_block_start', content_block: { type: 'redacted_thinking', data: 'z' } })]).roles,
  ).toEqual(['content']);
});

test('an error event is one, and a terminator of chat is nothing', () => {
  expect(read([event({ type: 'error', error: { type: 'overloaded_error' } })]).roles).toEqual(['error']);
  expect(read([new FramedEvent(new TextEncoder().encode('data: [DONE]\n\n'), 'sse')]).roles).toEqual(['ignored']);
});

test('fields of the delta replace those of the start and are never added; a null replaces nothing', () => {
  const first = start({
    input_tokens: 11,
    cache_read_input_tokens: 3,
    cache_creation_input_tokens: 2,
    output_tokens: 1,
  });
  const { quantities } = read([
    first,
    delta({ output_tokens: 4, input_tokens: null }, null),
    delta({ output_tokens: 7 }),
  ]).usage;
  expect(quantities).toEqual({ input: 11, input_cached: 3, cache_write_5m: 2, output: 7 });
  // Server tools raise the input, and some vendors report it only at the end.
  expect(
    read([start({ input_tokens: 0 }), delta({ input_tokens: 30, output_tokens: 7 })]).usage.quantities,
  ).toMatchObject({ input: 30 });
});

test('a zero input after a positive one is ignored where the quirk says so', () => {
  const events = [start({ input_tokens: 11, output_tokens: 1 }), delta({ input_tokens: 0, output_tokens: 7 })];
  expect(read(events).usage.quantities).toEqual({ input: 0, output: 7 });
  expect(read(events, { ...NO_QUIRKS, zeroInputInDelta: true }).usage.quantities).toEqual({ input: 11, output: 7 });
});

test('written tokens go to the bucket of their life, thinking comes out of the output', () => {
  const usage = {
    input_tokens: 11,
    cache_creation_input_tokens: 9,
    cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 5 },
    output_tokens: 7,
    output_tokens_details: { thinking_tokens: 3 },
  };
  expect(read([start(usage)]).usage.quantities).toEqual({
    input: 11,
    cache_write_5m: 4,
    cache_write_1h: 5,
    output: 4,
    reasoning: 3,
  });
});

test.each([
  { input_tokens: -1 },
  { input_tokens: '11' },
  { output_tokens: 2, output_tokens_details: { thinking_tokens: 3 } },
])('usage %j is rejected', (usage) => {
  expect(read([start(usage)]).usage).toMatchObject({ source: 'rejected', quantities: {} });
});
