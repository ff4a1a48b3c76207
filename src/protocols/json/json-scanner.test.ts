import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JSON_LIMITS, JsonScanner } from './json-scanner.ts';

const encode = (text: string) => new TextEncoder().encode(text);

function scan(text: string, slice?: number, offset = 0) {
  const encoded = encode(text);
  // At an offset, as in the buffer of a socket, with quotes around it that are not its own.
  const bytes = new Uint8Array(encoded.length + offset + 8).fill(0x22).subarray(offset, offset + encoded.length);
  bytes.set(encoded);
  const scanner = new JsonScanner();
  scanner.start(bytes);
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

describe('long strings, which are read in words', () => {
  // Neighbours of the bytes that matter are among the plain ones: ! # [ ] 0x20 0x7f and those from 0x80 on.
  const plain = fc.string({ unit: fc.constantFrom(...'aaa!#[] \x7f\x80\u00a2\u00dc\u1e5c\u{10ffff}'), maxLength: 19 });
  const escaped = fc.constantFrom('\\n', '\\"', '\\\\', '\\/', '\\b', '\\f', '\\r', '\\t', '\\u005c', '\\uD83d');
  const bad = fc.constantFrom('\u0000', '\t', '\n', '\u001f', '\\x', '\\u12g4', '\\u', '\\', '"');
  const pieces = fc.array(fc.tuple(plain, escaped), { minLength: 8, maxLength: 40 });

  test('agree with JSON.parse wherever they begin and are cut', () => {
    fc.assert(
      fc.property(
        pieces,
        fc.option(fc.tuple(fc.nat(40), bad), { nil: undefined }),
        fc.nat(7),
        fc.integer({ min: 1, max: 64 }),
        (parts, fault, offset, slice) => {
          const content = parts.flat();
          if (fault !== undefined) content.splice(fault[0], 0, fault[1]);
          const text = `{"k":"${content.join('')}","${parts.flat().join('')}":1${' '.repeat(256)}}`;
          const whole = scan(text, undefined, offset);
          expect(whole.fault === undefined, text).toBe(reference(text));
          expect(scan(text, slice, offset).fault).toEqual(whole.fault);
          if (whole.fault !== undefined) return;
          const { k } = JSON.parse(text) as { k: string };
          const field = whole.fields.get('k');
          expect(JSON.parse(new TextDecoder().decode(encode(text).subarray(field?.start, field?.end)))).toBe(k);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test('every byte value at every place in a word is judged as JSON.parse does', () => {
    for (let code = 0; code < 0x100; code++) {
      for (let place = 0; place < 9; place++) {
        const char = String.fromCharCode(code);
        const text = `{"k":"${'a'.repeat(256 + place)}${char}${'b'.repeat(9)}"}`;
        expect(scan(text).fault === undefined, `${code} at ${place}`).toBe(reference(text));
      }
    }
  });

  test('that end at any place before the end of the text', () => {
    for (let length = 0; length < 40; length++) {
      const text = `{${' '.repeat(256)}"k":"${'a'.repeat(length)}"}`;
      for (let end = text.length - length - 2; end < text.length; end++) {
        expect(scan(text.slice(0, end)).fault?.reason).toMatch(/^the text ends inside a string|^expected ","/);
      }
      expect(scan(text).fault).toBeUndefined();
      const cut = scan(text.replace('"}', '\\'));
      expect(cut.fault).toEqual({ reason: 'an invalid escape inside a string', offset: text.length - 2 });
    }
  });
});

describe('members are found by name', () => {
  const more = (count: number) => Array.from({ length: count }, (_, i) => `"k${i}":${i}`).join(',');
  test.each([0, 1, 23, 24, 25, 100])('beside %d others', (count) => {
    const rest = count === 0 ? '' : `,${more(count)}`;
    const { fault, fields } = scan(`{"model":1,"m\\u006fdal":2,"":3,"\u00e9":4${rest},"last":5}`);
    expect(fault).toBeUndefined();
    expect(fields.size).toBe(count + 5);
    for (const name of ['model', 'modal', '', '\u00e9', 'last']) expect(fields.has(name), name).toBe(true);
    for (const name of ['mode', 'models', 'm\\u006fdal', 'Model', `k${count}`])
      expect(fields.has(name), name).toBe(false);
    expect(fields.get('last')?.kind).toBe('number');
  });

  const PAIRS = [
    ['model', 'model'],
    ['model', 'mod\\u0065l'],
    ['mod\\u0065l', 'model'],
    ['mod\\u0065l', '\\u006dodel'],
    ['\u00e9', '\u00e9'],
    ['\u00e9', '\\u00e9'],
    ['\\"', '\\u0022'],
    ['', ''],
  ];
  test.each(PAIRS)('%s and %s are one name', (first, second) => {
    for (const count of [1, 22, 23, 24, 60]) {
      const name = JSON.parse(`"${first}"`) as string;
      for (const text of [
        `{"${first}":1,${more(count)},"${second}":2}`,
        `{${more(count)},"${first}":1,"${second}":2}`,
      ]) {
        expect(scan(text).fault?.reason).toBe(`the key "${name}" stands twice`);
      }
    }
  });

  test('as many as one object may have', () => {
    const { fault, fields } = scan(`{${more(10_000)}}`);
    expect(fault).toBeUndefined();
    expect(fields.get('k9999')?.kind).toBe('number');
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
