/** Above this a copy costs more than the extra writes. */
export const COPIED_BYTES_MAX = 32 * 1024;

/** The last chunk: a chunked body without it is broken (RFC 9112, section 7.1). */
export const LAST_CHUNK = Buffer.from('0\r\n\r\n', 'latin1');
const LINE_END = Buffer.from('\r\n', 'latin1');

/**
 * The bytes as one chunk of the chunked coding: one buffer, or three for large ones that are not worth a copy. One write
 * instead of Node's four an event is most of what a stream costs here. `bytes` must not be empty: that ends the body.
 */
export function frameChunk(bytes: Uint8Array): readonly Uint8Array[] {
  const size = `${bytes.length.toString(16)}\r\n`;
  if (bytes.length > COPIED_BYTES_MAX) return [Buffer.from(size, 'latin1'), bytes, LINE_END];
  const frame = Buffer.allocUnsafe(size.length + bytes.length + 2);
  frame.write(size, 0, 'latin1');
  frame.set(bytes, size.length);
  frame[frame.length - 2] = 13;
  frame[frame.length - 1] = 10;
  return [frame];
}
