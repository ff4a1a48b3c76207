/** Flat header list `[name, value, ...]`: names in lower case, values without the white space around them. */
export type HeaderList = string[];

/** 1 for the characters that a name may hold (RFC 9110, section 5.6.2: token). */
const NAME_CHARS = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
  NAME_CHARS[char.charCodeAt(0)] = 1;

/** 1 for the characters that a value may hold: tab, space, visible ASCII and everything above it (section 5.5). */
const VALUE_CHARS = new Uint8Array(256);
VALUE_CHARS[0x09] = 1;
for (let char = 0x20; char < 0x100; char++) VALUE_CHARS[char] = char === 0x7f ? 0 : 1;

/** Node's parser reads a coding with a tab behind it as an unknown one, others as the one it is. */
const FRAMING = new Set(['content-length', 'transfer-encoding']);

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;

/** Names as peers write them and in lower case; there are few. Bounded, because peers choose them. */
const lowerCased = new Map<string, string>();
const KNOWN_MAX = 1_024;
const KNOWN_CHARS_MAX = 48;

/**
 * Reads header lines, each ended by CRLF, from `from` to the end of `text` (Latin-1, one character a byte). The text of a
 * fault when a line is not exactly `name: value`: no white space before the colon, no folded line, no bare CR or LF, no
 * control character. Strict on purpose: two parsers that read a doubtful line in two ways are how requests are smuggled.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-5
 */
export function readHeaderLines(text: string, from: number, headers: HeaderList): string | undefined {
  let at = from;
  const end = text.length;
  while (at < end) {
    const nameStart = at;
    while (NAME_CHARS[text.charCodeAt(at)] === 1) at++;
    if (at === nameStart || text.charCodeAt(at) !== COLON) return 'a header line without a name and a colon';
    const name = lowerCase(text.slice(nameStart, at));
    at++;
    const blankStart = at;
    while (isBlank(text.charCodeAt(at))) at++;
    const valueStart = at;
    while (VALUE_CHARS[text.charCodeAt(at)] === 1) at++;
    if (text.charCodeAt(at) !== CR || text.charCodeAt(at + 1) !== LF) return 'a forbidden character in a header';
    let valueEnd = at;
    while (valueEnd > valueStart && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd--;
    // Neither a length nor a coding has a tab inside, so one anywhere in the line will do.
    if (FRAMING.has(name) && text.slice(blankStart, at).includes('\t')) return 'a tab around a length or a coding';
    headers.push(name, text.slice(valueStart, valueEnd));
    at += 2;
  }
  return undefined;
}

function isBlank(char: number): boolean {
  return char === SPACE || char === TAB;
}

function lowerCase(name: string): string {
  const known = lowerCased.get(name);
  if (known !== undefined) return known;
  if (lowerCased.size >= KNOWN_MAX || name.length > KNOWN_CHARS_MAX) return name.toLowerCase();
  // A copy: a part of a string keeps the whole of it alive, here a head with somebody's key.
  const own = Buffer.from(name, 'latin1').toString('latin1');
  const lower = own.toLowerCase();
  lowerCased.set(own, lower);
  return lower;
}
