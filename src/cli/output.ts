import { inertText } from '../lib/inert-text.ts';

/** A value of a table's cell; some come from clients, so none may act on the terminal. */
type Cell = string | number | undefined;

/** Prints to stdout; stdout belongs to what a command was asked for. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints to stderr: notes and warnings. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Prints JSON on one line; bigints as decimal strings. */
export function printJson(value: unknown): void {
  const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
  print(inertText(text));
}

/** Prints rows under their headings, columns as wide as their longest cell; `nothing` when there are none. */
export function printTable(headings: readonly string[], rows: readonly (readonly Cell[])[], nothing: string): void {
  if (rows.length === 0) {
    print(nothing);
    return;
  }
  const lines = [headings, ...rows.map((row) => row.map((cell) => inertText(String(cell ?? '-'))))];
  const widths = headings.map((_heading, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  for (const line of lines)
    print(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
