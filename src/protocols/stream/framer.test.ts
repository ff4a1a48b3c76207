import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FramedEvent } from './framed-event.ts';
import type { Framer } from './framer.ts';
import { JsonArrayFramer } from './json-array-framer.ts';
import { SseFramer } from './sse-framer.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function feed(framer: Framer, bytes: Uint8Array, cuts: readonly number[]) {
  const events: FramedEvent[] = [];
  const spans: string[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    const got = framer.push(bytes.subarray(from, cut));
    events.push(...got);
    const raws = got.map((event) => decode(event.raw)).join('');
    // The span must be the same bytes as the events; nothing else may ride along.
    if (framer.span !== undefined) expect(decode(framer.span)).toBe(raws);
    spans.push(raws);
    from = cut;
  }
  return { events: events.map(({ type, data }) => ({ type, data })), text: spans.join('') };
}

/** The events of a whole text, by the letter of the standard but for events without data, which pass as well. */
function eventsOf(text: string) {
  const events: { type: string; data: string }[] = [];
  let block: string[] = [];
  for (const line of text.split(/\r\n|\r|\n/).slice(0, -1)) {
    if (line !== '') {
      block.push(line);
      continue;
    }
    const values = (field: string) =>
      block.filter((one) => one.startsWith(field)).map((one) => one.slice(field.length).replace(/^ /, ''));
    const [types, data] = [values('event:'), values('data:')];
    if (types.length + data.length > 0) events.push({ type: types.at(-1) ?? '', data: data.join('\n') });
    block = [];
  }
  return events;
}

const FIXTURES = [
  'data: {"a":1}\n\ndata: {"b":"é😀"}\n\ndata: [DONE]\n\n',
  'event: x\ndata: 1\n\nevent: y\ndata: 2\ndata: 3\n\n',
  'event: x\r\ndata: 1\r\n\r\nevent: y\r\ndata: 2\r\n\r\n',
  'data: 1\r\rdata:2\r\r',
  'data: 1\n\r\ndata: 2\r\n\ndata: 3\n\n',
  '\ufeffdata: bom\n\n',
  ': comment\n\ndata: 1\n\n: again\n\nid: 7\ndata: 2\nretry: 3\n\nid: alone\n\ndata: 3\n\n',
];

describe('server-sent events', () => {
  test.each(FIXTURES)('%j gives the same events wherever it is cut', (fixture) => {
    const bytes = encode(fixture);
    const whole = feed(new SseFramer(), bytes, []);
    expect(whole.events.length).toBeGreaterThan(0);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(feed(new SseFramer(), bytes, [cut]).events, `cut at ${cut}`).toEqual(whole.events);
    }
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const sorted = cuts.sort((a, b) => a - b);
        expect(feed(new SseFramer(), bytes, sorted).events).toEqual(whole.events);
      }),
    );
  });

  test('events without steering lines pass byte by byte as they came', () => {
    const event = fc
      .tuple(
        fc.constantFrom('', 'event: a\n'),
        fc.array(fc.stringMatching(/^[^\r\n]*$/), { minLength: 1, maxLength: 3 }),
      )
      .map(([type, lines]) => `${type}${lines.map((line) => `data: ${line}\n`).join('')}\n`);
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 5 }),
        fc.array(fc.nat(200)),
        fc.constantFrom('\n', '\r\n', '\r'),
        (events, cuts, newline) => {
          const bytes = encode(events.join('').replaceAll('\n', newline));
          const sorted = cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b);
          const framer = new SseFramer();
          const { text, events: got } = feed(framer, bytes, sorted);
          expect(text).toBe(decode(bytes));
          expect(got.length).toBe(events.length);
          expect(framer.unfinished).toBe(false);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('any mix of line ends and lines is read as the standard reads it', () => {
    const line = fc.constantFrom('data: 1', 'data:', 'data: {"long":"enough to be cut"}', 'event: e', ': c', 'id: 7');
    const newline = fc.constantFrom('\n', '\r', '\r\n');
    const pieces = fc.array(fc.oneof(line, newline, newline, newline), { maxLength: 40 });
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(300)), fc.boolean(), (parts, cuts, bom) => {
        const bytes = encode((bom ? '\ufeff' : '') + parts.join(''));
        const sorted = cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b);
        expect(feed(new SseFramer(), bytes, sorted).events).toEqual(eventsOf(parts.join('')));
      }),
      { numRuns: 5_000 },
    );
  });

  test('what is kept of a chunk outlives the memory that it came in', () => {
    const memory = Buffer.from('data: first\n\ndata: sec');
    const framer = new SseFramer();
    expect(framer.push(memory).map((event) => event.data)).toEqual(['first']);
    memory.fill('x');
    expect(framer.push(Buffer.from('ond\n\n')).map((event) => event.data)).toEqual(['second']);
  });

  test('comments, ids and retry lines never pass', () => {
    const { text, events } = feed(new SseFramer(), encode(FIXTURES[6] ?? ''), []);
    expect(text).toBe('data: 1\n\ndata: 2\n\ndata: 3\n\n');
    expect(events.map((event) => event.data)).toEqual(['1', '2', '3']);
  });

  test('an unfinished event is reported and never returned', () => {
    const framer = new SseFramer();
    expect(feed(framer, encode('data: 1\n\ndata: {"cut":'), []).events).toEqual([{ type: '', data: '1' }]);
    expect(framer.unfinished).toBe(true);
  });

  test('an event over the limit stops the stream, in linear time', () => {
    const framer = new SseFramer(1_000_000);
    const piece = encode(`data: ${'x'.repeat(94)}`);
    for (let i = 0; i < 20_000 && !framer.overflow; i++) framer.push(piece);
    expect(framer.overflow).toBe(true);
    expect(framer.push(encode('\n\ndata: after\n\n'))).toEqual([]);
  });
});

describe('a JSON array', () => {
  test.each(['[{"a":"]}\\"[{"}\n,\r\n{"b":[1,{"c":2}]}]', '[]', ' [ {"a":1} , {"b":2} ]\n'])(
    '%j is cut into elements anywhere',
    (text) => {
      const bytes = encode(text);
      const expected = (JSON.parse(text) as unknown[]).map((element) => element);
      for (let cut = 0; cut <= bytes.length; cut++) {
        const framer = new JsonArrayFramer();
        const got = feed(framer, bytes, [cut]);
        const elements = got.events
          .filter((event) => event.data !== '')
          .map((event) => JSON.parse(event.data) as unknown);
        expect(elements).toEqual(expected);
        expect(got.text).toBe(text.trimEnd());
        expect(framer.unfinished).toBe(false);
      }
    },
  );

  test('an array that stops early is unfinished', () => {
    const framer = new JsonArrayFramer();
    feed(framer, encode('[{"a":1},'), []);
    expect(framer.unfinished).toBe(true);
  });
});
