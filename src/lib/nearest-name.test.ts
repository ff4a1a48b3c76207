import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.ts';

const keys = ['providers', 'models', 'accounts', 'server'];

test.each([
  ['provders', 'providers'],
  ['Providers', 'providers'],
  ['modles', 'models'],
  ['acounts', 'accounts'],
])('%s is %s misspelt', (wrong, meant) => {
  expect(nearestName(wrong, keys)).toBe(meant);
});

test.each(['', 'x', 'plugins', 'database'])('%s is none of them', (wrong) => {
  expect(nearestName(wrong, keys)).toBeUndefined();
});

test('nothing is near where there is nothing', () => {
  expect(nearestName('models', [])).toBeUndefined();
});
