import { expect, test } from 'vitest';
import { Figures } from '../../bench/figures.ts';
import { judge } from '../../bench/goals.ts';
import { parseOptions } from '../../bench/options.ts';
import type { SystemName } from '../../bench/systems/system.ts';

const TITLE = '1 KB answers: CPU per request';

function figuresOf(rounds: Readonly<Partial<Record<SystemName, readonly number[]>>>): Figures {
  const figures = new Figures();
  for (const [system, values] of Object.entries(rounds)) {
    values.forEach((value, index) => {
      figures.add({ scenario: 'a', title: TITLE, system: system as SystemName, round: index + 1, value, unit: 'us' });
    });
  }
  return figures;
}

test('a ratio is the median of the ratios within a round, not the ratio of the medians', () => {
  const figures = figuresOf({ saola: [100, 300, 90], bare: [100, 100, 30] });
  expect(figures.median(TITLE, 'saola')).toBe(100);
  expect(figures.ratio(TITLE, 'saola', 'bare')).toBe(3);
  expect(figures.ratio(TITLE, 'saola', 'nginx')).toBeUndefined();
});

test('a limit is judged only where it was measured', () => {
  const measured = judge(figuresOf({ saola: [170], bare: [100] })).filter((goal) => goal.measured !== undefined);
  expect(measured.map(({ measured: value, reached }) => ({ value, reached }))).toEqual([
    { value: '1.70x', reached: false },
  ]);
});

test('options: wrong ones are refused with their name', () => {
  expect([...parseOptions(['--only', 'a,d']).only]).toEqual(['a', 'd']);
  expect(() => parseOptions(['--only', 'z'])).toThrow('--only: "z" is none of a, b, c, d, e, f, g');
  expect(() => parseOptions(['--rounds', '0'])).toThrow('--rounds');
});
