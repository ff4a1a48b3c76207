const encoder = new TextEncoder();

/** Replaces the bytes from `start` to `end` by `text`; `start === end` inserts. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The pieces of `bytes` with the splices applied; everything outside them is a view of the original bytes. */
export function applySplices(bytes: Uint8Array, splices: readonly Splice[]): Uint8Array[] {
  if (splices.length === 0) return [bytes];
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const splice of splices.length === 1 ? splices : [...splices].sort((a, b) => a.start - b.start)) {
    if (splice.start > from) pieces.push(bytes.subarray(from, splice.start));
    if (splice.text !== '') pieces.push(bytesOf(splice.text));
    from = splice.end;
  }
  if (from < bytes.length) pieces.push(bytes.subarray(from));
  return pieces;
}

/** The text's UTF-8; a model name without a call of the encoder, which costs several times as much. */
function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return encoder.encode(text);
    bytes[i] = code;
  }
  return bytes;
}
