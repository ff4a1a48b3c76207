import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../support/catalogue.ts';
import { type RunningRoad, startRoad } from '../support/road.ts';
import { DIALECTS, type Dialect, everyProtocol, modelInOrder } from './support/dialects.ts';
import { type RawAnswer, rawCall } from './support/raw-call.ts';
import { type ScriptedReply, type ScriptedUpstream, startScripted } from './support/scripted-upstream.ts';

let upstream: ScriptedUpstream;
let road: RunningRoad;

beforeAll(async () => {
  upstream = await startScripted();
  road = await startRoad({ catalogue: catalogue([everyProtocol('up', upstream.url)], [modelInOrder('up')]) });
});

afterAll(async () => {
  expect(road.faults).toEqual([]);
  await road.close();
  upstream.close();
});

/** Asks for a stream that ends after `at` bytes, in a way of its own. */
function ask(dialect: Dialect, at: number): Promise<RawAnswer> {
  const headers = [
    ['authorization', 'Bearer test'],
    // Passed on to the upstream, which cuts where it says.
    ['x-session-cut', String(at)],
  ] as const;
  return rawCall({ port: road.port, path: dialect.streamPath, body: dialect.body(true), headers });
}

const streamOf = (dialect: Dialect) => Buffer.from(dialect.events.join(''));

function answerWith(dialect: Dialect, end: Pick<ScriptedReply, 'framing' | 'ending'>): void {
  const bytes = streamOf(dialect);
  upstream.answer = (request) => {
    const at = Number(request.headers.find(([name]) => name === 'x-session-cut')?.[1]);
    const headers = [['content-type', dialect.streamType]] as const;
    // In two writes, so that a cut also finds an event half buffered.
    return { headers, pieces: [bytes.subarray(0, at >> 1), bytes.subarray(at >> 1, at)], ...end };
  };
}

/** Asks once for each offset, a few at a time. */
async function atEach(offsets: readonly number[], check: (at: number) => Promise<void>): Promise<void> {
  const left = [...offsets];
  const worker = async () => {
    for (let at = left.pop(); at !== undefined; at = left.pop()) await check(at);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

/** Where each event is whole: a lone CR already ends a line. */
function ends(dialect: Dialect): number[] {
  let at = 0;
  return dialect.events.map((event) => {
    at += Buffer.byteLength(event);
    return event.endsWith('\r\n\r\n') ? at - 1 : at;
  });
}

const unterminated = (text: string) => text.replace(/[\r\n]+$/, '');

/** What the client may get of a stream that broke after `at` bytes. */
function expectBroken(answer: RawAnswer, dialect: Dialect, at: number): void {
  const text = answer.body.toString('utf8');
  const where = `${dialect.name}, cut after ${at} bytes: ${text.slice(-200)}`;
  if (at < (ends(dialect)[dialect.preamble] ?? 0)) {
    expect(answer.status, where).toBe(502);
    expect(answer.complete, where).toBe(true);
    expect(text, where).not.toMatch(dialect.terminator);
    return;
  }
  expect(answer.status, where).toBe(200);
  expect(answer.complete, where).toBe(false);
  expect(text, where).toMatch(dialect.errorEvent);
  expect(text, where).not.toMatch(dialect.terminator);
  // What stands before the error event are whole events, byte for byte.
  const whole = streamOf(dialect);
  const sent = unterminated(text.slice(0, text.search(dialect.errorEvent)));
  const arrived = ends(dialect).filter((end) => end <= at);
  expect(
    arrived.map((end) => unterminated(whole.toString('utf8', 0, end))),
    where,
  ).toContain(sent);
  // Nothing that had come is missing but what says that the answer is over.
  const content = ends(dialect).filter((end) => end <= at && end < finishEnd(dialect));
  expect(sent, where).toBe(unterminated(whole.toString('utf8', 0, content[content.length - 1])));
}

/** Where the event that says how the answer ended is whole. */
function finishEnd(dialect: Dialect): number {
  return ends(dialect)[dialect.events.findIndex((event) => dialect.terminator.test(event))] ?? 0;
}

test('the event that ends a broken Responses stream carries the next sequence number', async () => {
  const [dialect] = DIALECTS.filter(({ name }) => name === 'responses');
  if (dialect === undefined) throw new Error('no such dialect');
  answerWith(dialect, { ending: 'fin' });
  await atEach([2, 3, 4, 5], async (count) => {
    const at = Buffer.byteLength(dialect.events.slice(0, count).join(''));
    const text = (await ask(dialect, at)).body.toString('utf8');
    if (count > dialect.preamble) expect(text).toContain(`"type":"response.failed","sequence_number":${count},`);
  });
});

describe.each(DIALECTS)('a stream of $name', (dialect) => {
  const bytes = streamOf(dialect);
  const everywhere = Array.from(bytes, (_byte, at) => at);

  test.each(['fin', 'reset'] as const)('cut at any byte (%s) never looks complete', async (ending) => {
    answerWith(dialect, { ending });
    await atEach(everywhere, async (at) => expectBroken(await ask(dialect, at), dialect, at));
  });

  test.each(['chunked', 'close'] as const)(
    'that ends cleanly (%s) before its finish never looks complete',
    async (framing) => {
      answerWith(dialect, { framing });
      const early = everywhere.filter((at) => at < finishEnd(dialect));
      await atEach(early, async (at) => expectBroken(await ask(dialect, at), dialect, at));
    },
  );

  test('that comes whole passes whole', async () => {
    answerWith(dialect, {});
    const answer = await ask(dialect, bytes.length);
    expect(answer.complete).toBe(true);
    expect(answer.body.toString('utf8')).toBe(bytes.toString('utf8'));
    expect(road.records.at(-1)).toMatchObject({ outcome: 'complete', quantities: { input: 11, output: 7 } });
  });
});
