/** Above this a copy costs more than the extra writes. */
const COPIED_BYTES_MAX = 32 * 1024;

/** The last chunk: a chunked body without it is broken (RFC 9112, section 7.1). */
const LAST_CHUNK = '0\r\n\r\n';

/** What goes out in one go. */
export interface Frame {
  /** The head of the answer, where it has not left yet; Latin-1. */
  readonly head: string;
  readonly bytes: Uint8Array | undefined;
  /** In the chunked coding. */
  readonly chunked: boolean;
  /** Nothing follows. */
  readonly last: boolean;
}

/**
 * The bytes of a frame as they go on the wire: one buffer, or three where the payload is not worth a copy. One write for
 * head, size, payload and end, instead of one for each, is most of what an event or a short answer costs.
 */
export function frameBytes({ head, bytes, chunked, last }: Frame): readonly Uint8Array[] {
  const length = bytes?.length ?? 0;
  // A chunk of no bytes would end the body.
  const framed = chunked && length > 0;
  const before = framed ? `${head}${length.toString(16)}\r\n` : head;
  const after = (framed ? '\r\n' : '') + (chunked && last ? LAST_CHUNK : '');
  if (bytes !== undefined && length > COPIED_BYTES_MAX) {
    return [Buffer.from(before, 'latin1'), bytes, Buffer.from(after, 'latin1')].filter((piece) => piece.length > 0);
  }
  const frame = Buffer.allocUnsafe(before.length + length + after.length);
  frame.write(before, 0, 'latin1');
  if (bytes !== undefined) frame.set(bytes, before.length);
  frame.write(after, before.length + length, 'latin1');
  return [frame];
}
