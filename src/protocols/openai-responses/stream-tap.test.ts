import { expect, test } from 'vitest';
import { FramedEvent } from '../stream/framed-event.ts';
import { ResponsesTap } from './stream-tap.ts';

const event = (payload: { readonly type: string; readonly [field: string]: unknown }) =>
  new FramedEvent(new TextEncoder().encode(`event: ${payload.type}\ndata: ${JSON.stringify(payload)}\n\n`), 'sse');
const ended = (type: string, response: object) =>
  event({ type, sequence_number: 9, response: { id: 'r1', model: 'up', ...response } });

function read(...events: readonly FramedEvent[]) {
  const tap = new ResponsesTap();
  return { roles: events.map((one) => tap.role(one)), tap, usage: tap.facts().usage };
}

test('announcements carry nothing, unknown events are content', () => {
  const { roles, tap } = read(
    event({ type: 'response.created', sequence_number: 0, response: { id: 'r1' } }),
    event({ type: 'response.output_item.added', sequence_number: 1 }),
    event({ type: 'response.output_text.delta', sequence_number: 2 }),
    event({ type: 'response.something_of_next_month', sequence_number: 3 }),
    ended('response.completed', { status: 'completed' }),
  );
  expect(roles).toEqual(['preamble', 'preamble', 'content', 'content', 'terminal']);
  expect(tap.position).toMatchObject({ sequenceNumber: 9, response: { status: 'completed' } });
  expect(tap.facts()).toMatchObject({ finishReason: 'completed', responseModel: 'up', upstreamId: 'r1' });
});

test('a part of a response is not taken for the whole', () => {
  const { tap } = read(
    event({ type: 'response.created', sequence_number: 0, response: { id: 'r1', status: 'in_progress' } }),
    event({ type: 'response.metadata', sequence_number: 1, response: { metadata: {} } }),
  );
  expect(tap.position).toEqual({ sequenceNumber: 1, response: { id: 'r1', status: 'in_progress' } });
});

test('an incomplete response ends the answer with its reason', () => {
  const { roles, tap } = read(
    ended('response.incomplete', { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }),
  );
  expect(roles).toEqual(['terminal']);
  expect(tap.facts().finishReason).toBe('max_output_tokens');
});

test.each([ended('response.failed', { error: { message: 'x' } }), event({ type: 'error', message: 'x' })])(
  'a failure is an error',
  (failure) => {
    const { roles, tap } = read(failure);
    expect(roles).toEqual(['error']);
    expect(tap.errorText).toContain('"message":"x"');
  },
);

test('a terminator of chat has no place here', () => {
  expect(read(new FramedEvent(new TextEncoder().encode('data: [DONE]\n\n'), 'sse')).roles).toEqual(['ignored']);
});

test('usage comes apart into buckets', () => {
  const usage = {
    input_tokens: 20,
    input_tokens_details: {
      cached_tokens: 5,
      cache_write_tokens: 6,
      cache_write_tokens_details: { ttl_30m_tokens: 2, ttl_12h_tokens: 4 },
    },
    output_tokens: 9,
    output_tokens_details: { reasoning_tokens: 4 },
  };
  expect(read(ended('response.completed', { usage })).usage).toMatchObject({
    source: 'provider',
    quantities: { input: 9, input_cached: 5, cache_write_5m: 2, cache_write_1h: 4, output: 5, reasoning: 4 },
  });
});

test.each([
  { input_tokens: 1, input_tokens_details: { cached_tokens: 2 }, output_tokens: 1 },
  { input_tokens: 1, output_tokens: 1, output_tokens_details: { reasoning_tokens: 2 } },
  { input_tokens: {}, output_tokens: 1 },
])('usage %j is rejected', (usage) => {
  expect(read(ended('response.completed', { usage })).usage).toMatchObject({ source: 'rejected', quantities: {} });
});
