import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonFault, type JsonBody, readField, readInFirst, scanJsonBody } from './json-body.ts';
import { applySplices } from './splice.ts';

const encode = (text: string) => new TextEncoder().encode(text);

function scanned(text: string): JsonBody {
  const body = scanJsonBody(encode(text));
  if (isJsonFault(body)) throw new Error(body.reason);
  return body;
}

describe('a member of the first object of an array', () => {
  const read = (list: string, bytesMax = 1_000) =>
    readInFirst(scanned(`{"a":${list}}`), { list: 'a', name: 'n', bytesMax });

  test('is what a parser says', () => {
    const value = fc.jsonValue({ maxDepth: 2 });
    const item = fc.oneof(value, fc.record({ n: value, m: value }, { requiredKeys: [] }));
    fc.assert(
      fc.property(fc.array(item, { maxLength: 3 }), fc.constantFrom('', ' ', '\n'), (items, space) => {
        const text = JSON.stringify(items).replace(/^\[/, `[${space}`).replace(/\]$/, `${space}]`);
        const [first] = JSON.parse(text) as unknown[];
        const isObject = typeof first === 'object' && first !== null && !Array.isArray(first);
        expect(read(text, 1_000_000)).toEqual(isObject ? (first as Record<string, unknown>)['n'] : undefined);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['[{"n":1,"n":2}]', 2],
    ['[{"\\u006e":"x"}]', 'x'],
    ['[{"m":{"n":1}}]', undefined],
    ['[{"m":"\\"n\\":1"},{"n":2}]', undefined],
    ['[]', undefined],
    ['{"n":1}', undefined],
    ['"n"', undefined],
  ])('%s', (list, expected) => {
    expect(read(list)).toBe(expected);
  });

  test('of a longer array is not read', () => {
    expect(read('[{"n":1}]', 9)).toBe(1);
    expect(read('[{"n":1}]', 8)).toBeUndefined();
  });
});

test('a scan holds nothing of the scan before it', () => {
  const first = scanned('{"a":1,"b":[{"c":2}]}');
  const fault = scanJsonBody(encode('{"a":[1,{"b":'));
  const second = scanned('{"b":"x"}');
  expect(isJsonFault(fault)).toBe(true);
  expect([readField(first, 'a', 9), readField(second, 'b', 9)]).toEqual([1, 'x']);
  expect([first.fields.size, second.fields.size, second.fields.has('a')]).toEqual([2, 1, false]);
});

test('spliced text is UTF-8, in the order of its places', () => {
  const pieces = applySplices(encode('{"a":1,"b":2}'), [
    { start: 11, end: 12, text: '"\u1e5c\u{1f600}"' },
    { start: 5, end: 6, text: '"plain"' },
    { start: 1, end: 1, text: '' },
  ]);
  expect(pieces.map((piece) => new TextDecoder().decode(piece)).join('')).toBe('{"a":"plain","b":"\u1e5c\u{1f600}"}');
});
