import { expect, test } from 'vitest';
import { Breaker } from './breaker.ts';

const middle = () => 0.5;

function fail(breaker: Breaker, times: number, now: number) {
  for (let i = 0; i < times; i++) breaker.failure(now, middle);
}

test('opens at the fifth failure in a row, not at the fourth', () => {
  const breaker = new Breaker();
  fail(breaker, 4, 0);
  expect(breaker.state(0)).toBe('closed');
  fail(breaker, 1, 0);
  expect(breaker.state(0)).toBe('open');
});

test('opens when more than half of at least twenty requests in a minute failed', () => {
  const breaker = new Breaker();
  for (let i = 0; i < 9; i++) {
    breaker.success(0);
    breaker.failure(0, middle);
  }
  expect(breaker.state(0)).toBe('closed');
  fail(breaker, 2, 0);
  expect(breaker.state(0)).toBe('open');
});

test('failures of more than a minute ago no longer count', () => {
  const breaker = new Breaker();
  for (let i = 0; i < 10; i++) {
    breaker.failure(0, middle);
    breaker.success(0);
  }
  fail(breaker, 4, 61_000);
  expect(breaker.state(61_000)).toBe('closed');
});

test('lets one probe through at a time, closes after three, and ramps up over 30 s', () => {
  const breaker = new Breaker();
  fail(breaker, 5, 0);
  expect(breaker.admits(29_000)).toBe(false);
  const now = 30_000;
  expect(breaker.admits(now)).toBe(true);
  for (let probe = 0; probe < 3; probe++) {
    breaker.begin(now);
    expect(breaker.admits(now)).toBe(false);
    breaker.success(now);
  }
  expect(breaker.state(now)).toBe('closed');
  expect(breaker.weightFactor(now)).toBeCloseTo(0.1);
  expect(breaker.weightFactor(now + 15_000)).toBeCloseTo(0.55);
  expect(breaker.weightFactor(now + 30_000)).toBe(1);
});

test('a failed probe opens it for longer, at most five minutes', () => {
  const breaker = new Breaker();
  fail(breaker, 5, 0);
  let now = 30_000;
  for (let opening = 2; opening < 15; opening++) {
    breaker.begin(now);
    breaker.failure(now, middle);
    const pause = Math.min(30_000 * opening, 300_000);
    expect(breaker.state(now + pause - 1)).toBe('open');
    now += pause;
    expect(breaker.state(now)).toBe('half_open');
  }
});

test('late failures of requests that began before it opened do not lengthen the pause', () => {
  const breaker = new Breaker();
  fail(breaker, 5, 0);
  fail(breaker, 50, 20_000);
  expect(breaker.state(30_000)).toBe('half_open');
});

test('a probe whose client left frees the place for the next probe', () => {
  const breaker = new Breaker();
  fail(breaker, 5, 0);
  breaker.begin(30_000);
  breaker.release();
  expect(breaker.admits(30_000)).toBe(true);
});

test('the first failure may come at any time of the minute', () => {
  for (let now = 0; now < 60_000; now += 6_000) {
    const breaker = new Breaker();
    fail(breaker, 5, now);
    expect(breaker.state(now)).toBe('open');
  }
});
