import type { Figures } from './figures.ts';

/** One thing that Saola has to reach, and whether this run shows it. */
export interface Goal {
  readonly text: string;
  /** What was measured, in words; undefined when the scenario did not run. */
  readonly measured: string | undefined;
  readonly reached: boolean;
}

const MEMORY_MORE_MIB_MAX = 60;
/** Growth from the second to the third wave that still counts as flat: the noise of a garbage-collected heap. */
const FLAT_MIB_MAX = 16;

/** The limits on speed and memory against this run's medians. */
export function judge(figures: Figures): readonly Goal[] {
  const ratio = (text: string, title: string, { base, max }: { base: 'bare' | 'nginx'; max: number }): Goal => {
    const value = figures.ratio(title, 'saola', base);
    return { text, measured: value === undefined ? undefined : `${value.toFixed(2)}x`, reached: (value ?? 0) <= max };
  };
  const most = (text: string, value: number | undefined, { max, unit }: { max: number; unit: string }): Goal => ({
    text,
    measured: value === undefined ? undefined : `${value.toFixed(2)} ${unit}`.trimEnd(),
    reached: (value ?? 0) <= max,
  });
  const of = (title: string) => figures.median(title, 'saola');
  const peakTitle = [...new Set(figures.all.map(({ title }) => title))].filter((title) =>
    /^RSS at .* wave/.test(title),
  );
  const [firstWave = '', secondWave = '', thirdWave = ''] = peakTitle;
  const difference = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined ? undefined : a - b;
  return [
    ratio('1 KB answers, CPU: at most 1.6x bare (goal 1.3x)', '1 KB answers: CPU per request', {
      base: 'bare',
      max: 1.6,
    }),
    ratio('1 KB answers, CPU: goal 3.0x nginx', '1 KB answers: CPU per request', { base: 'nginx', max: 3 }),
    ratio('unpaced streams, CPU: at most 1.3x bare (goal 1.1x)', 'streams, unpaced: CPU per event', {
      base: 'bare',
      max: 1.3,
    }),
    ratio('paced streams, CPU: at most 1.3x bare (goal 1.1x)', '64 streams at 20 ms: CPU per event', {
      base: 'bare',
      max: 1.3,
    }),
    ratio('paced streams, CPU: goal 1.5x nginx', '64 streams at 20 ms: CPU per event', { base: 'nginx', max: 1.5 }),
    most('first byte added, p50: below 0.5 ms', of('first byte added: p50'), { max: 0.5, unit: 'ms' }),
    most(
      `open streams, RSS: at most bare + ${MEMORY_MORE_MIB_MAX} MiB`,
      difference(of(firstWave), figures.median(firstWave, 'bare')),
      { max: MEMORY_MORE_MIB_MAX, unit: 'MiB' },
    ),
    most('open streams, RSS: flat from wave 2 to wave 3', difference(of(thirdWave), of(secondWave)), {
      max: FLAT_MIB_MAX,
      unit: 'MiB',
    }),
    most('512 streams at 20 ms: none stalls', of('512 streams at 20 ms: streams with a stall'), { max: 0, unit: '' }),
    most('start to ready: below 1,000 ms', of('start to ready'), { max: 1_000, unit: 'ms' }),
  ];
}
