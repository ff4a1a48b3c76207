import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JSON_LIMITS, JsonScanner } from './json-scanner.ts';

const encode = (text: string) => new TextEncoder().encode(text);

function scan(text: string, slice?: number) {
  const bytes = encode(text);
  const scanner = new JsonScanner(bytes);
  let until = slice ?? bytes.length;
  while (!scanner.run(until)) until += slice ?? bytes.length;
  return scanner;
}

/** JSON.parse agrees when it takes the text, gets an object, and no top-level key stands twice. */
function reference(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const SEEDS = [
  '{"model":"a","stream":true,"n":-1.5e+7,"x":[1,{"y":null}],"z":"\\u0041\\n\\\\"}',
  '{ "a" : [ ] , "b" : { } }',
  '{"a":"\\"}","b":1}',
  '{"messages":[{"role":"user","content":"h\\u00e9 \\ud83d\\ude00"}],"max_tokens":12}',
];

describe('the scanner agrees with JSON.parse', () => {
  test('on generated objects, whole and in slices', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })),
        fc.integer({ min: 1, max: 40 }),
        (object, slice) => {
          const text = JSON.stringify(object);
          for (const scanner of [scan(text), scan(text, slice)]) {
            expect(scanner.fault).toBeUndefined();
            for (const [key, value] of Object.entries(JSON.parse(text) as object)) {
              const field = scanner.fields.get(key);
              expect(field).toBeDefined();
              const part = new TextDecoder().decode(encode(text).subarray(field?.start, field?.end));
              expect(JSON.parse(part)).toEqual(value);
            }
            expect(scanner.fields.size).toBe(Object.keys(JSON.parse(text) as object).length);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('on mutated texts: both take it or both refuse it', () => {
    const bytes = '{}[]",:\\ \n\t0123456789.eE+-truefalsnu\u0001"\u00e9';
    fc.assert(
      fc.property(
        fc.constantFrom(...SEEDS),
        fc.array(fc.tuple(fc.nat(100), fc.nat(2), fc.constantFrom(...bytes)), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        (seed, edits, slice) => {
          let text = seed;
          for (const [at, cut, char] of edits) text = text.slice(0, at) + char + text.slice(at + cut);
          const whole = scan(text);
          if (whole.fault?.reason.includes('stands twice')) return;
          expect(whole.fault === undefined, text).toBe(reference(text));
          expect(scan(text, slice).fault?.reason).toBe(whole.fault?.reason);
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

describe('the limits hold', () => {
  const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  const keys = (count: number) => `{"a":{${Array.from({ length: count }, (_, i) => `"k${i}":1`).join(',')}}}`;
  test.each([
    ['depth 64', nested(64), undefined],
    ['depth 65', nested(65), 'deeper than 64 levels'],
    ['10,000 keys', keys(10_000), undefined],
    ['10,001 keys', keys(10_001), 'more than 10000 keys in one object'],
    ['number of 64 bytes', `{"a":${'1'.repeat(64)}}`, undefined],
    ['number of 65 bytes', `{"a":${'1'.repeat(65)}}`, 'a number that is too long'],
    ['too many values', `{"a":[${'1,'.repeat(JSON_LIMITS.tokensMax)}1]}`, 'more than 500000 values'],
    ['one key twice', '{"model":"a","model":"b"}', 'the key "model" stands twice'],
    ['one key twice, escaped', '{"model":"a","mod\\u0065l":"b"}', 'the key "model" stands twice'],
    ['a key twice below the top is left to the parser', '{"a":{"b":1,"b":2}}', undefined],
    ['data after the end', '{} {}', 'data after the end of the object'],
    ['an array', '[1]', 'the body must be a JSON object'],
    ['nothing', '', 'the body must be a JSON object'],
    ['a byte order mark', '\ufeff{}', 'the body must be a JSON object'],
  ])('%s', (_name, text, reason) => {
    expect(scan(text).fault?.reason).toBe(reason);
  });
});
