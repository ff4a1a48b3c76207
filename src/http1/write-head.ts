/** Everything that may stand in a head: line ends, tab, space and visible characters of Latin-1. */
const FORBIDDEN = /[^\t\r\n\x20-\x7e\x80-\xff]/;

/** A header, method or path of ours that must not go on a wire. */
export class UnsafeHead extends Error {}

/**
 * The bytes of a head as text: the first line, the headers, and the empty line. Throws {@link UnsafeHead} when anything in
 * it would end its line early: a value with a line break becomes headers of its own, or a second message.
 */
export function headText(firstLine: string, lines: string, pairs: readonly string[]): string {
  let text = `${firstLine}\r\n${lines}`;
  for (let i = 0; i < pairs.length; i += 2) text += `${pairs[i]}: ${pairs[i + 1]}\r\n`;
  text += '\r\n';
  if (FORBIDDEN.test(text) || !endsLines(text, linesOf(lines) + pairs.length / 2 + 2))
    throw new UnsafeHead('a head with a character that must not be sent');
  return text;
}

function linesOf(lines: string): number {
  let count = 0;
  for (let at = lines.indexOf('\n'); at >= 0; at = lines.indexOf('\n', at + 1)) count++;
  return count;
}

/** Exactly so many line ends, and no CR or LF that is not one. */
function endsLines(text: string, count: number): boolean {
  let ends = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (text.charCodeAt(at - 1) !== 0x0d) return false;
    ends++;
  }
  let returns = 0;
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) returns++;
  return ends === count && returns === count;
}
