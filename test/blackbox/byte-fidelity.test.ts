import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../support/catalogue.ts';
import { type RunningRoad, startRoad } from '../support/road.ts';
import { DIALECTS, type Dialect, everyProtocol, modelInOrder, PROTOCOL_DIALECTS } from './support/dialects.ts';
import { type Member, oddObject, oddValue, plain } from './support/odd-json.ts';
import { rawCall } from './support/raw-call.ts';
import { type ScriptedUpstream, startScripted } from './support/scripted-upstream.ts';

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

const cuts = fc.array(fc.nat(600), { maxLength: 6 }).map((at) => at.sort((a, b) => a - b));
const framing = fc.constantFrom('chunked', 'length', 'close');
const RUNS = { numRuns: 250 };

function split(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...at.filter((cut) => cut < bytes.length), bytes.length];
  return ends.map((end, n) => bytes.subarray(n === 0 ? 0 : ends[n - 1], end));
}

/** The members of a request that the gateway reads, and what becomes of them. */
function requestMembers(dialect: Dialect, stream: boolean): fc.Arbitrary<readonly Member[]> {
  if (dialect.protocol === 'gemini') return fc.constant([plain('contents', '[]')]);
  const key = fc.constantFrom('"model"', '"mod\\u0065l"');
  const model = fc
    .tuple(key, fc.constantFrom('"vendor/m"', '"vendor\\/m"', '"m"'))
    .map(([name, value]) => ({ key: name, value, after: '"up"' }));
  if (!stream) return model.map((member) => [member]);
  const streaming = plain('stream', 'true');
  if (dialect.protocol !== 'openai-chat') return model.map((member) => [member, streaming]);
  return fc
    .tuple(model, streamOptions)
    .map(([member, [value, after]]) =>
      value === undefined
        ? [member, { ...streaming, after: `true,"stream_options":${after}` }]
        : [member, streaming, { key: '"stream_options"', value, after }],
    );
}

/** `stream_options` as sent, and as the upstream gets it. */
const streamOptions = fc.oneof(
  fc.constantFrom<[string | undefined, string]>(
    [undefined, '{"include_usage":true}'],
    ['null', '{"include_usage":true}'],
    ['{}', '{"include_usage":true}'],
    ['{ }', '{"include_usage":true }'],
    ['{"include_usage" : false}', '{"include_usage" : true}'],
    ['{"include_usage":null, "x":1.0}', '{"include_usage":true, "x":1.0}'],
    ['{ "include_usage":true ,"x":1.0}', '{ "include_usage":true ,"x":1.0}'],
  ),
  oddValue.map((value): [string, string] => [`{ "x": ${value}}`, `{"include_usage":true, "x": ${value}}`]),
);

describe.each(PROTOCOL_DIALECTS)('a request of $name', (dialect) => {
  test.each([true, false])(
    'reaches the upstream byte by byte but for the listed rewrites (stream: %s)',
    async (stream) => {
      upstream.answer = () =>
        stream
          ? { headers: [['content-type', dialect.streamType]], pieces: [Buffer.from(dialect.events.join(''))] }
          : { headers: [['content-type', 'application/json']], pieces: [Buffer.from(dialect.unary)] };
      const path = stream ? dialect.streamPath : dialect.unaryPath;
      await fc.assert(
        fc.asyncProperty(oddObject(requestMembers(dialect, stream)), cuts, async ({ sent, expected }, at) => {
          upstream.seen.length = 0;
          const answer = await rawCall({ port: road.port, path, body: sent, cuts: at });
          expect(answer.body.toString('utf8')).not.toContain('"saola"');
          expect(upstream.seen.map((request) => request.body.toString('utf8'))).toEqual([expected]);
        }),
        RUNS,
      );
    },
  );
});

const UNARY: Readonly<Record<string, readonly Member[]>> = {
  chat: [plain('choices', '[{"index":0,"message":{"content":"a\\u0041"},"finish_reason":"stop"}]')],
  responses: [plain('output', '[]'), plain('status', '"completed"')],
  messages: [plain('content', '[]'), plain('type', '"message"')],
  'gemini sse': [plain('candidates', '[{"finishReason":"STOP"}]')],
};

test.each(PROTOCOL_DIALECTS)('a whole answer of $name reaches the client byte by byte', async (dialect) => {
  const members = oddObject(fc.constant(UNARY[dialect.name] ?? []));
  await fc.assert(
    fc.asyncProperty(members, cuts, framing, async ({ sent }, at, how) => {
      const headers = [['content-type', 'application/json']] as const;
      upstream.answer = () => ({ headers, pieces: split(Buffer.from(sent), at), framing: how });
      const answer = await rawCall({ port: road.port, path: dialect.unaryPath, body: dialect.body(false) });
      expect(answer).toMatchObject({ status: 200, complete: true });
      expect(answer.body.toString('utf8')).toBe(sent);
    }),
    RUNS,
  );
});

/** A piece of a stream: as the upstream sends it, and what of it the client gets. */
type StreamPiece = readonly [sent: string, expected: string];
const passes = (text: string): StreamPiece => [text, text];

/** Things between two events that must not pass. */
const noise = fc.constantFrom<StreamPiece>(
  [': comment\n\n', ''],
  ['id: 12\n\n', ''],
  ['retry: 5\n\n', ''],
  ['event: saola.fake\ndata: {"cost":0}\n\n', ''],
);

/** Lines inside an event that must not pass. */
const steering = fc.constantFrom('', '', '', 'id: 7\n', 'retry: 9\n', ': aside\n', 'id\n');

/** A content event of each protocol with fields that nobody has heard of. */
function contentEvent(dialect: Dialect): fc.Arbitrary<StreamPiece> {
  const text = fc.tuple(oddValue, fc.constantFrom('', ' '), fc.boolean());
  return fc.tuple(text, steering, steering).map(([[value, gap, spaced], before, behind]) => {
    const data = `data:${spaced ? ' ' : ''}${contentData(dialect, value, gap)}\n`;
    const type =
      dialect.protocol === 'openai-responses' ? 'event: response.output_text.delta\n' : messagesType(dialect);
    return [`${before}${type}${data}${behind}\n`, `${type}${data}\n`];
  });
}

function messagesType({ protocol }: Dialect): string {
  return protocol === 'anthropic-messages' ? 'event: content_block_delta\n' : '';
}

function contentData({ protocol }: Dialect, value: string, gap: string): string {
  // A line break inside the value would end the data line, so it becomes a blank.
  const odd = value.replace(/[\r\n]/g, ' ');
  switch (protocol) {
    case 'openai-chat':
      return `{"x":${odd},${gap}"choices":[{"index":0,"delta":{"content":"t"},"finish_reason":null}],"usage":null}`;
    case 'openai-responses':
      return `{"type":"response.output_text.delta",${gap}"delta":"t","x":${odd}}`;
    case 'anthropic-messages':
      return `{"type":"content_block_delta",${gap}"index":0,"delta":{"type":"text_delta","text":"t"},"x":${odd}}`;
    case 'gemini':
      return `{"candidates":[{"content":{"parts":[{"text":"t"}]}}],${gap}"x":${odd}}`;
  }
}

const SSE = DIALECTS.filter(({ name }) => name !== 'gemini array');

describe.each(SSE)('a stream of $name', (dialect) => {
  const opening = dialect.events.slice(0, dialect.preamble).map((event) => event.replaceAll('\r\n', '\n'));
  const ending = dialect.events.slice(-2).map((event) => event.replaceAll('\r\n', '\n'));
  const closing = dialect.name === 'chat' ? dialect.events.slice(-3) : ending;
  const middle = fc.array(fc.oneof({ weight: 3, arbitrary: contentEvent(dialect) }, noise), {
    minLength: 1,
    maxLength: 8,
  });
  const after = dialect.protocol === 'gemini' ? '' : 'data: {"after":"the end"}\n\n';
  const newline = fc.constantFrom('\n', '\r\n', '\r');

  test('reaches the client byte by byte but for the listed removals', async () => {
    const parts = fc.tuple(middle, newline, cuts, framing);
    await fc.assert(
      fc.asyncProperty(parts, async ([pieces, line, at, how]) => {
        const first = contentData(dialect, '1.0', '');
        const all = [
          ...opening.map(passes),
          ...pieces,
          passes(`${typeLine(dialect)}data: ${first}\n\n`),
          ...closing.map(passes),
        ];
        const sent = all.map(([text]) => text).join('') + after;
        const expected = all.map(([, text]) => text).join('');
        const bytes = Buffer.from(sent.replaceAll('\n', line));
        upstream.answer = () => ({
          headers: [['content-type', 'text/event-stream']],
          pieces: split(bytes, at),
          framing: how,
        });
        const answer = await rawCall({ port: road.port, path: dialect.streamPath, body: dialect.body(true) });
        expect(answer).toMatchObject({ status: 200, complete: true });
        expect(answer.body.toString('utf8')).toBe(expected.replaceAll('\n', line));
      }),
      RUNS,
    );
  });
});

test.each(SSE)('events of $name in our own name never pass, also where events pass unread', async (dialect) => {
  const content = dialect.events[dialect.preamble] ?? '';
  const events = [
    ...dialect.events.slice(0, dialect.preamble),
    content,
    content,
    'event: saola.fake\ndata: {}\n\n',
    content,
  ];
  const pieces = [...events, ...dialect.events.slice(-2)].map((event) => Buffer.from(event));
  upstream.answer = () => ({ headers: [['content-type', 'text/event-stream']], pieces });
  const answer = await rawCall({ port: road.port, path: dialect.streamPath, body: dialect.body(true) });
  expect(answer.complete).toBe(true);
  expect(answer.body.toString('utf8')).not.toContain('saola.fake');
});

function typeLine(dialect: Dialect): string {
  return dialect.protocol === 'openai-responses' ? 'event: response.output_text.delta\n' : messagesType(dialect);
}

test('a streamed array of gemini reaches the client byte by byte', async () => {
  const [dialect] = DIALECTS.filter(({ name }) => name === 'gemini array');
  if (dialect === undefined) throw new Error('no such dialect');
  const gap = fc.constantFrom('', '\n', ' ', '\r\n');
  const elements = fc.array(fc.tuple(gap, oddValue, gap), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(elements, cuts, framing, async (items, at, how) => {
      const texts = items.map(([a, value, b]) => `${a}${contentData(dialect, value, a)}${b}`);
      const sent = `[${[...texts, dialect.events[3]?.replace(/^[\s,]+/, '')].join(',')}\n]`;
      const headers = [['content-type', dialect.streamType]] as const;
      upstream.answer = () => ({ headers, pieces: split(Buffer.from(sent), at), framing: how });
      const answer = await rawCall({ port: road.port, path: dialect.streamPath, body: dialect.body(true) });
      expect(answer).toMatchObject({ status: 200, complete: true });
      expect(answer.body.toString('utf8')).toBe(sent);
    }),
    RUNS,
  );
});
