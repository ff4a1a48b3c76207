import { expect, test } from 'vitest';
import { FramedEvent } from '../stream/framed-event.ts';
import { GeminiTap } from './stream-tap.ts';

const event = (payload: object) =>
  new FramedEvent(new TextEncoder().encode(`data: ${JSON.stringify(payload)}\r\n\r\n`), 'sse');
const element = (text: string) => new FramedEvent(new TextEncoder().encode(text), 'json');
const says = (text: string, rest: object = {}, usageMetadata?: object) =>
  event({
    candidates: [{ content: { parts: [{ text }] }, ...rest }],
    usageMetadata,
    modelVersion: 'up',
    responseId: 'g1',
  });

function read(...events: readonly FramedEvent[]) {
  const tap = new GeminiTap();
  return { roles: events.map((one) => tap.role(one)), tap, usage: tap.facts().usage };
}

test('the chunk with a finish reason finishes', () => {
  const { roles, tap } = read(says('a'), says('b'), says('', { finishReason: 'STOP' }));
  expect(roles).toEqual(['content', 'content', 'finish']);
  expect(tap.facts()).toMatchObject({ finishReason: 'STOP', responseModel: 'up', upstreamId: 'g1' });
});

test('a blocked prompt is an answer, an error and half a chunk are not', () => {
  expect(read(event({ promptFeedback: { blockReason: 'SAFETY' } })).roles).toEqual(['finish']);
  expect(read(event({ error: { code: 503 } })).roles).toEqual(['error']);
  expect(read(new FramedEvent(new TextEncoder().encode('data: {"candi\r\n\r\n'), 'sse')).roles).toEqual(['error']);
});

test('the closing bracket of an array ends the answer only if the answer had ended', () => {
  expect(read(element('[{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}'), element(']')).roles).toEqual([
    'content',
    'ignored',
  ]);
  expect(read(element('[{"candidates":[{"finishReason":"STOP"}]}'), element('\n]')).roles).toEqual([
    'finish',
    'terminal',
  ]);
});

test('usage is cumulative: the last value of each field counts', () => {
  const first = says('a', {}, { promptTokenCount: 11, cachedContentTokenCount: 3, candidatesTokenCount: 2 });
  const last = says(
    '',
    { finishReason: 'STOP' },
    { candidatesTokenCount: 7, thoughtsTokenCount: 20, toolUsePromptTokenCount: 4 },
  );
  expect(read(first, last).usage).toMatchObject({
    source: 'provider',
    quantities: { input: 12, input_cached: 3, output: 7, reasoning: 20 },
  });
});

test('audio and images come out of the output', () => {
  const details = [
    { modality: 'TEXT', tokenCount: 2 },
    { modality: 'IMAGE', tokenCount: 5 },
  ];
  expect(read(says('a', {}, { candidatesTokenCount: 7, candidatesTokensDetails: details })).usage.quantities).toEqual({
    output: 2,
    image_out: 5,
  });
});

test.each([
  { promptTokenCount: 1, cachedContentTokenCount: 2 },
  { promptTokenCount: 1.5 },
  { candidatesTokenCount: 2 ** 40 },
])('usage %j is rejected', (usage) => {
  expect(read(says('a', {}, usage)).usage).toMatchObject({ source: 'rejected', quantities: {} });
});
