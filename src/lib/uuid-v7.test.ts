import { expect, test } from 'vitest';
import { uuidV7 } from './uuid-v7.ts';
import { uuidV7Floor } from './uuid-v7-floor.ts';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('ids rise strictly within a millisecond, across them, and when the clock steps back', () => {
  const start = 1_800_000_000_000;
  const times = [...Array.from({ length: 10_000 }, () => start), start + 5, start - 60_000, start - 60_000];
  const ids = times.map((time) => uuidV7(time));
  expect(ids.every((id) => FORM.test(id))).toBe(true);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the floor of a millisecond is not above an id made in it, and above those before', () => {
  const nowMs = 1_900_000_000_000.7;
  const id = uuidV7(nowMs);
  expect(uuidV7Floor(nowMs) <= id).toBe(true);
  expect(uuidV7Floor(nowMs + 1) > id).toBe(true);
});
