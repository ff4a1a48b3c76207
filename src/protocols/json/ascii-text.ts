const decoder = new TextDecoder();
/** From so many bytes on, a decoder call costs less than a string that grows by one character at a time. */
const SHORT_BYTES = 16;

/** The text of some bytes; short ASCII, which nearly all keys and facts are, without the cost of a decoder call. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT_BYTES) return decoder.decode(bytes.subarray(start, end));
  let text = '';
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte >= 0x80) return decoder.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}
