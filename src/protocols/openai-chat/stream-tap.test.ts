import { describe, expect, test } from 'vitest';
import type { TapQuirks } from '../protocol.ts';
import { FramedEvent } from '../stream/framed-event.ts';
import { ChatTap } from './stream-tap.ts';

const NO_QUIRKS: TapQuirks = { reasoningOutside: false, zeroInputInDelta: false };
const event = (data: string) => new FramedEvent(new TextEncoder().encode(`data: ${data}\n\n`), 'sse');
const chunk = (choice: object | undefined, rest: object = {}) =>
  event(
    JSON.stringify({ id: 'c1', model: 'up', choices: choice === undefined ? [] : [{ index: 0, ...choice }], ...rest }),
  );
const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

function read(events: readonly FramedEvent[], quirks = NO_QUIRKS) {
  const tap = new ChatTap(quirks);
  return { roles: events.map((one) => tap.role(one)), tap, usage: tap.facts().usage };
}

describe('roles', () => {
  test('of a plain stream', () => {
    const { roles, tap } = read([
      chunk({ delta: { role: 'assistant', content: '' }, finish_reason: null }),
      chunk({ delta: { content: 'hi' }, finish_reason: null }),
      chunk({ delta: {}, finish_reason: 'stop' }),
      chunk(undefined, { usage }),
      event('[DONE]'),
    ]);
    expect(roles).toEqual(['preamble', 'content', 'finish', 'usage-only', 'terminal']);
    expect(tap.facts()).toMatchObject({ finishReason: 'stop', responseModel: 'up', upstreamId: 'c1' });
  });

  test.each([
    ['a tool call', { tool_calls: [{ index: 0, id: 't' }] }, 'content'],
    ['reasoning', { reasoning_content: 'hm' }, 'content'],
    ['a refusal', { refusal: 'no' }, 'content'],
    ['an empty list of calls', { content: '', tool_calls: [] }, 'preamble'],
    ['a null content', { content: null }, 'preamble'],
  ])('%s is %s', (_name, delta, role) => {
    expect(read([chunk({ delta, finish_reason: null })]).roles).toEqual([role]);
  });

  test('of a legacy completion', () => {
    expect(
      read([chunk({ text: 'hi', finish_reason: null }), chunk({ text: '', finish_reason: 'stop' })]).roles,
    ).toEqual(['content', 'finish']);
  });

  test.each(['{"error":{"message":"x"}}', '{"error":"x","choices":[{"finish_reason":"error"}]}', '{"half":', 'null'])(
    '%s is an error',
    (data) => {
      expect(read([event(data)]).roles).toEqual(['error']);
    },
  );

  test('an error of null is none', () => {
    expect(read([chunk({ delta: { content: 'x' } }, { error: null })]).roles).toEqual(['content']);
  });

  test('content and finish in one chunk finish', () => {
    expect(read([chunk({ delta: { content: 'x' }, finish_reason: 'stop' })]).roles).toEqual(['finish']);
  });
});

describe('usage', () => {
  const only = (wire: object, quirks = NO_QUIRKS) => read([chunk(undefined, { usage: wire })], quirks).usage;

  test.each([
    ['on the last chunk of a choice', chunk({ delta: {}, finish_reason: 'stop' }, { usage })],
    ['under x_groq', chunk({ delta: {}, finish_reason: 'stop' }, { x_groq: { usage } })],
    ['inside the choice', chunk({ delta: {}, finish_reason: 'stop', usage })],
  ])('%s is read', (_name, last) => {
    expect(read([last]).usage).toMatchObject({ source: 'provider', quantities: { input: 11, output: 7 } });
  });

  test('a null after it does not take it back', () => {
    expect(read([chunk(undefined, { usage }), chunk({ delta: {} }, { usage: null })]).usage.quantities).toEqual({
      input: 11,
      output: 7,
    });
  });

  test.each([
    [
      'OpenAI cache and reasoning',
      {
        ...usage,
        prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 2 },
        completion_tokens_details: { reasoning_tokens: 5 },
      },
      { input: 6, input_cached: 3, cache_write_5m: 2, output: 2, reasoning: 5 },
    ],
    [
      'DeepSeek',
      { ...usage, prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 7 },
      { input: 7, input_cached: 4, output: 7 },
    ],
    ['Kimi', { ...usage, cached_tokens: 4 }, { input: 7, input_cached: 4, output: 7 }],
    [
      'xAI by its total',
      {
        prompt_tokens: 11,
        completion_tokens: 7,
        total_tokens: 118,
        completion_tokens_details: { reasoning_tokens: 100 },
      },
      { input: 11, output: 7, reasoning: 100 },
    ],
    [
      'audio',
      { ...usage, prompt_tokens_details: { audio_tokens: 4 }, completion_tokens_details: { audio_tokens: 2 } },
      { input: 7, audio_in: 4, output: 5, audio_out: 2 },
    ],
    ['zeros', { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }, { input: 0, output: 0 }],
  ])('of %s', (_name, wire, quantities) => {
    expect(only(wire)).toMatchObject({ source: 'provider', quantities });
  });

  test('reasoning is outside by quirk where no total tells', () => {
    const wire = { prompt_tokens: 11, completion_tokens: 7, completion_tokens_details: { reasoning_tokens: 5 } };
    expect(only(wire).quantities).toMatchObject({ output: 2, reasoning: 5 });
    expect(only(wire, { ...NO_QUIRKS, reasoningOutside: true }).quantities).toMatchObject({ output: 7, reasoning: 5 });
  });

  test.each([
    ['a text', { ...usage, prompt_tokens: '11' }],
    ['a negative', { ...usage, completion_tokens: -1 }],
    ['a fraction', { ...usage, prompt_tokens: 1.5 }],
    ['beyond 10^9', { ...usage, prompt_tokens: 2 ** 53 }],
    ['more cached than input', { ...usage, prompt_tokens_details: { cached_tokens: 12 } }],
  ])('with %s is rejected and kept raw', (_name, wire) => {
    expect(only(wire)).toEqual({ source: 'rejected', quantities: {}, raw: JSON.stringify(wire) });
  });

  test('that never came is none', () => {
    expect(read([chunk({ delta: { content: 'x' } })]).usage).toEqual({
      source: 'none',
      quantities: {},
      raw: undefined,
    });
  });
});
