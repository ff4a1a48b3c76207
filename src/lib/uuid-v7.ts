import { randomFillSync } from 'node:crypto';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const RANDOM_PER_ID = 10;
const pool = new Uint8Array(RANDOM_PER_ID * 256);
let poolAt = pool.length;
let lastMs = 0;
let sequence = 0;

/**
 * A new UUIDv7 in lower case (RFC 9562, section 6.2 method 1): ids made by one process rise strictly, also within a
 * millisecond and when the clock steps back, because the stores page by them.
 */
export function uuidV7(nowMs: number = Date.now()): string {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  const at = poolAt;
  poolAt += RANDOM_PER_ID;
  advance(Math.trunc(nowMs), ((byteOf(at) << 8) | byteOf(at + 1)) & 0x7ff);
  const time = lastMs.toString(16).padStart(12, '0');
  const counter = sequence.toString(16).padStart(3, '0');
  let tail = hexOf((byteOf(at + 2) & 0x3f) | 0x80) + hexOf(byteOf(at + 3));
  tail += '-';
  for (let index = 4; index < RANDOM_PER_ID; index += 1) tail += hexOf(byteOf(at + index));
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${tail}`;
}

/** The counter starts low and random in each millisecond, so at least 2,048 ids fit before it borrows the next one. */
function advance(nowMs: number, start: number): void {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    sequence = start;
    return;
  }
  sequence += 1;
  if (sequence <= 0xfff) return;
  lastMs += 1;
  sequence = start;
}

function byteOf(index: number): number {
  return pool[index] ?? 0;
}

function hexOf(byte: number): string {
  return HEX[byte] ?? '00';
}
