import { cpus, release } from 'node:os';
import type { Figures } from './figures.ts';
import { judge } from './goals.ts';
import type { SystemName } from './systems/system.ts';

const COLUMNS = ['direct', 'nginx', 'bare', 'saola'] as const satisfies readonly SystemName[];
const TITLE_WIDTH = 62;
const CELL_WIDTH = 10;

/** The table of medians with ratios, the limits, and everything that makes the run doubtful, as text. */
export function reportText(figures: Figures, notes: readonly string[]): string {
  const titles = [...new Set(figures.all.map(({ title }) => title))];
  const head = line('', [...COLUMNS, 'to nginx', 'to bare']);
  const rows = titles.map((title) => rowOf(figures, title));
  const goals = judge(figures)
    .filter(({ measured }) => measured !== undefined)
    .map(({ text, measured, reached }) => `  ${reached ? 'yes' : 'NO '}  ${text.padEnd(TITLE_WIDTH)} ${measured}`);
  return [
    `Saola bench: Node ${process.versions.node}, Linux ${release()}, ${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    ...notes,
    '',
    head,
    ...rows,
    '',
    'Limits:',
    ...goals,
    '',
    figures.complaints.length === 0 ? 'Every answer was right.' : 'Complaints:',
    ...figures.complaints.map((text) => `  ${text}`),
    '',
  ].join('\n');
}

function rowOf(figures: Figures, title: string): string {
  const unit = figures.all.find((figure) => figure.title === title)?.unit ?? '';
  const values = COLUMNS.map((system) => number(figures.median(title, system)));
  const ratios = [figures.ratio(title, 'saola', 'nginx'), figures.ratio(title, 'saola', 'bare')];
  const shown = unit === 'us' || unit === '/s' || unit === 'MiB';
  return line(unit === '' ? title : `${title}, ${unit}`, [
    ...values,
    ...ratios.map((ratio) => (ratio === undefined || !shown ? '' : `${ratio.toFixed(2)}x`)),
  ]);
}

function line(title: string, cells: readonly string[]): string {
  return `${title.padEnd(TITLE_WIDTH)}${cells.map((cell) => cell.padStart(CELL_WIDTH)).join('')}`.trimEnd();
}

function number(value: number | undefined): string {
  if (value === undefined) return '-';
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
