import { expect, test } from 'vitest';
import { UnknownIds } from './unknown-ids.ts';

test('unknown ids are kept for two seconds, 10,000 at most, the oldest going first', () => {
  const ids = new UnknownIds();
  for (let index = 0; index < 10_001; index += 1) ids.add(`id${index}`, 1_000);
  expect(ids.size()).toBe(10_000);
  expect([ids.has('id0', 1_000), ids.has('id1', 1_000), ids.has('id10000', 2_999)]).toEqual([false, true, true]);
  expect(ids.has('id10000', 3_000)).toBe(false);
});
