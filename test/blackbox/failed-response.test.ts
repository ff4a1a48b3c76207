import { afterEach, beforeEach, expect, test } from 'vitest';
import { catalogue, deployment, model } from '../support/catalogue.ts';
import { type RunningRoad, startRoad } from '../support/road.ts';
import { everyProtocol } from './support/dialects.ts';
import { rawCall } from './support/raw-call.ts';
import { type ScriptedReply, type ScriptedUpstream, startScripted } from './support/scripted-upstream.ts';

let upstream: ScriptedUpstream;
let road: RunningRoad;

beforeEach(async () => {
  upstream = await startScripted();
});

afterEach(async () => {
  expect(road.faults).toEqual([]);
  await road.close();
  upstream.close();
});

/** As OpenAI begins a response: all of its settings, and no usage yet. */
const CREATED = {
  id: 'resp_1',
  object: 'response',
  created_at: 1_700_000_000,
  status: 'in_progress',
  error: null,
  incomplete_details: null,
  model: 'up',
  output: [],
  tools: [{ type: 'function', name: 'write', parameters: { type: 'object' } }],
  temperature: 1,
  usage: null,
  metadata: { ticket: '7' },
};

const event = (sequence_number: number, body: { readonly type: string; readonly [field: string]: unknown }) =>
  Buffer.from(`event: ${body.type}\ndata: ${JSON.stringify({ ...body, sequence_number })}\n\n`);
const begin = (response: object = CREATED) => [
  event(0, { type: 'response.created', response }),
  event(1, { type: 'response.in_progress', response }),
  event(2, { type: 'response.output_item.added', output_index: 0, item: { type: 'message' } }),
  event(3, { type: 'response.output_text.delta', delta: 'Xin ' }),
];

/** The last event of the answer to a stream that breaks so. */
async function lastEvent(reply: Pick<ScriptedReply, 'pieces' | 'ending'>, echoModel = false): Promise<unknown> {
  const one = model('vendor/m', [deployment('one', { upstreamModel: 'up', echoModel })]);
  road = await startRoad({ catalogue: catalogue([everyProtocol('one', upstream.url)], [one]) });
  upstream.answer = () => ({ headers: [['content-type', 'text/event-stream']], ...reply });
  const body = '{"model":"vendor/m","stream":true,"input":"hi"}';
  const answer = await rawCall({ port: road.port, path: '/v1/responses', body });
  expect(answer).toMatchObject({ status: 200, complete: false });
  const text = answer.body.toString('utf8');
  const last = /event: response\.failed\ndata: (.+)\n\n$/.exec(text)?.[1];
  return JSON.parse(last ?? JSON.stringify(text));
}

const more = [4, 5, 6].map((number) => event(number, { type: 'response.output_text.delta', delta: 'chào ' }));

const { usage: _none, ...known } = CREATED;
const message = 'The connection to the provider broke; the answer is incomplete.';
const failed = { ...known, status: 'failed', error: { code: 'server_error', message } };

test('a response that breaks fails as a whole: the object it began with, and the next number', async () => {
  expect(await lastEvent({ pieces: begin(), ending: 'reset' })).toEqual({
    type: 'response.failed',
    sequence_number: 4,
    response: failed,
  });
});

test('also where the last events passed unread', async () => {
  const last = await lastEvent({ pieces: [...begin(), ...more], ending: 'fin' });
  expect(last).toMatchObject({ sequence_number: 7, response: failed });
});

test.each([
  ['response.failed', { response: { ...CREATED, status: 'failed', error: { code: 'x', message: 'their words' } } }],
  ['error', { code: 'x', message: 'their words' }],
])("the provider's own %s is not passed, so its number is free", async (type, body) => {
  const last = await lastEvent({ pieces: [...begin(), ...more, event(7, { type, ...body })], ending: 'end' });
  expect(last).toEqual({ type: 'response.failed', sequence_number: 7, response: failed });
});

test('the model is named as it was asked for, where answers do so', async () => {
  const last = await lastEvent({ pieces: begin(), ending: 'reset' }, true);
  expect(last).toMatchObject({ response: { ...failed, model: 'vendor/m' } });
});

test('of an object over 64 KiB only what names it comes back', async () => {
  const large = { ...CREATED, instructions: 'x'.repeat(70_000) };
  const { id, object, created_at } = CREATED;
  expect(await lastEvent({ pieces: begin(large), ending: 'reset' })).toEqual({
    type: 'response.failed',
    sequence_number: 4,
    response: { id, object, created_at, model: 'up', output: [], status: 'failed', error: failed.error },
  });
});
