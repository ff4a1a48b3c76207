/** Cuts pieces into single bytes. */
export function singleBytes(pieces: readonly Buffer[]): Buffer[] {
  return pieces.flatMap((piece) => Array.from(piece, (_, at) => piece.subarray(at, at + 1)));
}

/** Cuts behind the first byte of every multi-byte character. */
export function insideCharacters(pieces: readonly Buffer[]): Buffer[] {
  return pieces.flatMap((piece) => {
    const parts: Buffer[] = [];
    let from = 0;
    piece.forEach((byte, at) => {
      if (byte >= 0xc0) {
        parts.push(piece.subarray(from, at + 1));
        from = at + 1;
      }
    });
    return [...parts, piece.subarray(from)].filter((part) => part.length > 0);
  });
}
