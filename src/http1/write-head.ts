/** Anything but tab, space and visible characters of Latin-1. */
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/;

/** A header, method or path of ours that must not go on a wire. */
export class UnsafeHead extends Error {}

/**
 * The bytes of a head as text: the first line, the headers, and the empty line. Throws {@link UnsafeHead} when a part could
 * end its line early: a value with a line break becomes headers of its own, or a second message. `lines` are whole lines
 * made of constants, ids and numbers of ours, which are not looked at.
 */
export function headText(firstLine: string, lines: string, pairs: readonly string[]): string {
  let text = `${plain(firstLine)}\r\n${lines}`;
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i] as string;
    const value = pairs[i + 1] as string;
    if (FORBIDDEN.test(name) || FORBIDDEN.test(value)) refuse();
    text += `${name}: ${value}\r\n`;
  }
  return `${text}\r\n`;
}

function plain(line: string): string {
  if (FORBIDDEN.test(line)) refuse();
  return line;
}

function refuse(): never {
  throw new UnsafeHead('a head with a character that must not be sent');
}
