import { expect, it } from 'vitest';
import { PatienceClock } from './patience-clock.ts';

const ticker = (onTick: (nowMs: number) => void) => ({ clockSlot: -1, onTick });

it('a blocked loop counts as two ticks at most, because nothing could be read meanwhile', async () => {
  const clock = new PatienceClock();
  const seen: number[] = [];
  await new Promise<void>((resolve) => {
    const patient = ticker((nowMs) => {
      seen.push(nowMs);
      if (seen.length < 3) return block(600);
      clock.remove(patient);
      resolve();
    });
    clock.add(patient);
  });
  expect(seen.at(-1)).toBeLessThanOrEqual(600);
});

it('a deadline is never met early', async () => {
  const clock = new PatienceClock();
  const started = performance.now();
  const endsMs = clock.deadline(150);
  await new Promise<void>((resolve) => {
    const patient = ticker((nowMs) => {
      if (nowMs < endsMs) return;
      clock.remove(patient);
      resolve();
    });
    clock.add(patient);
  });
  expect(performance.now() - started).toBeGreaterThanOrEqual(150);
});

it('removal, also during a tick and twice, leaves the others where they are', async () => {
  const clock = new PatienceClock();
  const ticked = new Set<number>();
  await new Promise<void>((resolve) => {
    const patients = Array.from({ length: 9 }, (_, i) => {
      const patient = ticker(() => {
        ticked.add(i);
        clock.remove(patient);
        clock.remove(patient);
        if (ticked.size === 8) resolve();
      });
      return patient;
    });
    for (const patient of patients) clock.add(patient);
    if (patients[4]) clock.remove(patients[4]);
  });
  expect([...ticked].sort()).toEqual([0, 1, 2, 3, 5, 6, 7, 8]);
});

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
