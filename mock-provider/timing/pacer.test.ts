import { expect, test } from 'vitest';
import { Pacer } from './pacer.ts';

test('nothing comes early, also beyond one turn of the wheel, and all come in order', async () => {
  const pacer = new Pacer();
  const started = performance.now();
  const late: number[] = [];
  const order: number[] = [];
  const delays = [1_150, 40, 5, 1, 5, 126];
  await Promise.all(
    delays.map(
      (delay) =>
        new Promise<void>((resolve) => {
          pacer.after(delay, () => {
            late.push(performance.now() - started - delay);
            order.push(delay);
            resolve();
          });
        }),
    ),
  );
  expect(order).toEqual([1, 5, 5, 40, 126, 1_150]);
  expect(Math.min(...late)).toBeGreaterThan(-2);
  expect(Math.max(...late)).toBeLessThan(300);
});

test('a callback may wait again', async () => {
  const pacer = new Pacer();
  let left = 20;
  await new Promise<void>((resolve) => {
    const step = () => {
      left -= 1;
      if (left === 0) {
        resolve();
      } else {
        pacer.after(1, step);
      }
    };
    step();
  });
  expect(left).toBe(0);
});
