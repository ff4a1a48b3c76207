import { describe, expect, test } from 'vitest';
import { isKeyName } from './key-name.ts';
import { effectiveKeyState } from './key-state.ts';
import { modelAllowed } from './model-allowed.ts';

describe('the name of a key', () => {
  test.each(['abcde', 'ci-key-1', '12345', 'a--b-c', 'a'.repeat(50)])('may be %s', (name) => {
    expect(isKeyName(name)).toBe(true);
  });

  test.each(['', 'abcd', 'a'.repeat(51), 'Abcde', 'ab_de', '-abcd', 'abcd-', 'ab cd', 'abcdé', 'abcde\n'])(
    'may not be %j',
    (name) => {
      expect(isKeyName(name)).toBe(false);
    },
  );
});

describe('the state of a key', () => {
  test.each([
    ['active', undefined, 'active'],
    ['active', 1_001, 'active'],
    ['active', 1_000, 'expired'],
    ['disabled', undefined, 'disabled'],
    ['disabled', 1_000, 'expired'],
    ['revoked', undefined, 'revoked'],
    ['revoked', 1_000, 'revoked'],
  ] as const)('stored as %s with expiry %s is %s at 1000', (state, expiresAt, expected) => {
    expect(effectiveKeyState({ state, expiresAt }, 1_000)).toBe(expected);
  });
});

describe('the models of a key', () => {
  test.each([
    [undefined, 'any/model', true],
    [[], 'any/model', false],
    [['a/b'], 'a/b', true],
    [['a/b'], 'a/bc', false],
    [['a/*'], 'a/b', true],
    [['a/*'], 'ab/c', false],
    [['*'], 'any/model', true],
    [['a.b'], 'axb', false],
    [['a/*b'], 'a/xb', false],
    [['x', 'a/b*'], 'a/b', true],
  ])('%j and %s: %s', (patterns, model, expected) => {
    expect(modelAllowed(patterns, model)).toBe(expected);
  });
});
