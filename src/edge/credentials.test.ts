import { describe, expect, test } from 'vitest';
import { readCredential, readUrlKeys } from './credentials.ts';

const isOwnKey = (token: string) => token.startsWith('own_');

function read(raw: readonly string[], query = '', keyInQuery = false): string {
  const headers = raw.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text));
  const url = readUrlKeys(query, isOwnKey);
  const credential = readCredential({ headers, url, keyInQuery, isOwnKey });
  return credential.type === 'token' ? credential.token : credential.type;
}

describe('which credential counts', () => {
  test.each<[string, string[], string]>([
    ['Bearer', ['Authorization', 'Bearer own_a'], 'own_a'],
    ['bearer in any case, with more space', ['AUTHORIZATION', 'bEARER   own_a '], 'own_a'],
    ['a bare value', ['authorization', 'own_a'], 'own_a'],
    ['another scheme is a malformed key', ['authorization', 'Basic own_a'], 'Basic own_a'],
    ['x-api-key', ['X-Api-Key', ' own_a '], 'own_a'],
    ['x-goog-api-key', ['x-goog-api-key', 'own_a'], 'own_a'],
    ['none', ['accept', '*/*'], 'missing'],
    ['an empty one', ['x-api-key', ''], 'missing'],
    ['Bearer without a token', ['authorization', 'Bearer '], 'missing'],
    ['one value in two headers', ['authorization', 'Bearer own_a', 'x-api-key', 'own_a'], 'own_a'],
    ['the one of ours, whatever stands first', ['authorization', 'Bearer sk-1', 'x-api-key', 'own_b'], 'own_b'],
    ['ours under the Google header', ['x-api-key', 'sk-1', 'x-goog-api-key', 'own_c'], 'own_c'],
    ['two of ours: Bearer wins', ['x-api-key', 'own_b', 'authorization', 'Bearer own_a'], 'own_a'],
    ['two of ours: x-api-key before Google', ['x-goog-api-key', 'own_c', 'x-api-key', 'own_b'], 'own_b'],
    ['none of ours: the first in that order', ['x-api-key', 'sk-2', 'authorization', 'Bearer sk-1'], 'sk-1'],
    ['Authorization twice', ['authorization', 'Bearer own_a', 'Authorization', 'Bearer own_b'], 'ambiguous'],
    ['Authorization twice, equal', ['authorization', 'Bearer own_a', 'Authorization', 'Bearer own_a'], 'ambiguous'],
    ['x-api-key twice', ['x-api-key', 'own_a', 'X-API-KEY', 'own_b'], 'ambiguous'],
    ['x-api-key twice, one empty', ['x-api-key', '', 'X-API-KEY', 'own_b'], 'ambiguous'],
    ['a name that only looks alike', ['x-api_key', 'own_a'], 'missing'],
  ])('%s', (_name, rawHeaders, expected) => {
    expect(read(rawHeaders)).toBe(expected);
  });
});

describe('keys in URLs', () => {
  test.each<[string, string, boolean, string[], string]>([
    ['a Gemini path takes ?key=', 'alt=sse&key=own_a', true, [], 'own_a'],
    ['and it comes last', 'key=own_a', true, ['x-goog-api-key', 'own_c'], 'own_c'],
    ['but before a foreign one', 'key=own_a', true, ['authorization', 'Bearer sk-1'], 'own_a'],
    ['twice', 'key=own_a&key=own_b', true, [], 'ambiguous'],
    ['escaped name', '%6bey=own_a', true, [], 'own_a'],
    ['any other path does not', 'key=own_a', false, ['authorization', 'Bearer own_b'], 'in_url'],
    ['escaped there', 'k%65y=own_a', false, ['authorization', 'Bearer own_b'], 'in_url'],
    ['under another name', 'api_key=sk-1', true, ['authorization', 'Bearer own_b'], 'in_url'],
    ['one of ours under any name', 'foo=own_a', true, ['authorization', 'Bearer own_b'], 'in_url'],
    ['a name that ends in key', 'monkey=1', false, ['authorization', 'Bearer own_b'], 'own_b'],
  ])('%s', (_name, query, keyInQuery, rawHeaders, expected) => {
    expect(read(rawHeaders, query, keyInQuery)).toBe(expected);
  });

  test.each([
    ['', ''],
    ['beta=true', 'beta=true'],
    ['key=own_a', ''],
    ['alt=sse&key=own_a&x=%20', 'alt=sse&x=%20'],
    ['%4bey=own_a&alt=sse', 'alt=sse'],
    ['a=%zz&key=own_a', 'a=%zz'],
  ])('the query %s leaves %s', (query, rest) => {
    expect(readUrlKeys(query, isOwnKey).rest).toBe(rest);
  });
});
