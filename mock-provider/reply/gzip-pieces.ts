import { constants, crc32, deflateRawSync } from 'node:zlib';

const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);

/**
 * One gzip member in pieces (RFC 1952), each readable as soon as it arrives: every piece is deflated by itself and ends
 * in a full flush, so that it refers to nothing before it.
 */
export function gzipPieces(pieces: readonly Buffer[]): Buffer[] {
  const deflated = pieces.map((piece) => deflateRawSync(piece, { finishFlush: constants.Z_FULL_FLUSH }));
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(
    pieces.reduce((sum, piece) => crc32(piece, sum), 0),
    0,
  );
  trailer.writeUInt32LE(
    pieces.reduce((sum, piece) => sum + piece.length, 0),
    4,
  );
  const last = Buffer.concat([deflateRawSync(Buffer.alloc(0)), trailer]);
  const [first = Buffer.alloc(0), ...rest] = deflated;
  return [Buffer.concat([HEADER, first]), ...rest, last];
}
