const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** 1 for bytes that end a plain run inside a string: quote, backslash, control characters. */
export const STRING_STOP = new Uint8Array(256);
for (let byte = 0; byte < 0x20; byte++) STRING_STOP[byte] = 1;
STRING_STOP[QUOTE] = 1;
STRING_STOP[BACKSLASH] = 1;

const SIMPLE_ESCAPES = new Uint8Array(256);
for (const char of '"\\/bfnrt') SIMPLE_ESCAPES[char.charCodeAt(0)] = 1;

/** Some bytes, and a view that reads several of them at once. */
export interface WordBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** The bytes with a view of them. */
export function wordBytes(bytes: Uint8Array): WordBytes {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

/**
 * Where the valid text of a string that goes on at `start` stops: at its quote, at a control character, or at the
 * backslash of an invalid escape. A place at or behind `end` says that the slice is over first.
 */
export function stringStop({ bytes, view }: WordBytes, start: number, end: number): number {
  const wordsEnd = end - 7;
  let pos = start;
  for (;;) {
    // Eight bytes at a time, and past simple escapes without leaving the loop: code in a prompt is full of them.
    while (pos < wordsEnd) {
      const first = stopsIn(view.getInt32(pos, true));
      const second = stopsIn(view.getInt32(pos + 4, true));
      if ((first | second) === 0) {
        pos += 8;
        continue;
      }
      pos += first !== 0 ? firstStop(first) : 4 + firstStop(second);
      if (bytes[pos] !== BACKSLASH || pos + 1 >= end || SIMPLE_ESCAPES[bytes[pos + 1] as number] === 0) break;
      pos += 2;
    }
    while (pos < end && STRING_STOP[bytes[pos] as number] === 0) pos++;
    if (pos >= end || bytes[pos] !== BACKSLASH) return pos;
    const next = escapeEnd(bytes, pos);
    if (next < 0) return pos;
    pos = next;
  }
}

/**
 * The top bit of each byte of a word that a plain run ends at. With 0x02 flipped, quotes and control characters are the
 * bytes below 0x21, and with 0x5c flipped a backslash is the only byte below 1; a byte from 0x80 on is none of them.
 * Behind the first such byte a borrow may set bits that mean nothing.
 */
function stopsIn(four: number): number {
  return (((four ^ 0x02020202) - 0x21212121) | ((four ^ 0x5c5c5c5c) - 0x01010101)) & ~four & 0x80808080;
}

/** Which byte of a little-endian word is the first that {@link stopsIn} marks. */
function firstStop(stops: number): number {
  return (31 - Math.clz32(stops & -stops)) >> 3;
}

function escapeEnd(bytes: Uint8Array, backslash: number): number {
  const byte = backslash + 1 < bytes.length ? (bytes[backslash + 1] as number) : 0;
  if (SIMPLE_ESCAPES[byte] === 1) return backslash + 2;
  if (byte !== 0x75 || backslash + 6 > bytes.length) return -1;
  for (let i = 2; i < 6; i++) if (!isHex(bytes[backslash + i] as number)) return -1;
  return backslash + 6;
}

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
