const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** The end of the number that begins at `start`, by the grammar of RFC 8259; -1 when none does. */
export function numberEnd(bytes: Uint8Array, start: number): number {
  let pos = bytes[start] === MINUS ? start + 1 : start;
  const intEnd = bytes[pos] === ZERO ? pos + 1 : digitsEnd(bytes, pos);
  if (intEnd === pos) return -1;
  pos = intEnd;
  if (pos < bytes.length && bytes[pos] === POINT) {
    const end = digitsEnd(bytes, pos + 1);
    if (end === pos + 1) return -1;
    pos = end;
  }
  if (pos < bytes.length && (bytes[pos] === 0x65 || bytes[pos] === 0x45)) {
    const sign = bytes[pos + 1];
    const digits = sign === PLUS || sign === MINUS ? pos + 2 : pos + 1;
    const end = digitsEnd(bytes, digits);
    if (end === digits) return -1;
    pos = end;
  }
  return pos;
}

function digitsEnd(bytes: Uint8Array, start: number): number {
  let pos = start;
  while (pos < bytes.length) {
    const byte = bytes[pos] as number;
    if (byte < ZERO || byte > NINE) break;
    pos++;
  }
  return pos;
}
