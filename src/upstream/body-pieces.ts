/**
 * Small pieces are joined, large ones are not: fresh memory for a copy of 90 KB costs about 45 us of faults and
 * collections, an additional write about 10 us.
 */
const JOINED_BYTES_MAX = 16_384;

/** The same bytes in as few pieces as are cheap to make; one piece comes without a list, none as `null`. */
export function bodyPieces(pieces: readonly Uint8Array[]): Uint8Array | readonly Uint8Array[] | null {
  if (pieces.length <= 1) return pieces[0] ?? null;
  const joined: Uint8Array[] = [];
  let run: Uint8Array[] = [];
  let runBytes = 0;
  for (const piece of pieces) {
    if (runBytes + piece.byteLength > JOINED_BYTES_MAX && run.length > 0) {
      joined.push(join(run));
      run = [];
      runBytes = 0;
    }
    run.push(piece);
    runBytes += piece.byteLength;
  }
  joined.push(join(run));
  return joined.length === 1 ? (joined[0] ?? null) : joined;
}

function join(run: readonly Uint8Array[]): Uint8Array {
  const [only] = run;
  return run.length === 1 && only !== undefined ? only : Buffer.concat(run);
}
