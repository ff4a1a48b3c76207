import { randomFillSync } from 'node:crypto';

/** Hexadecimal digits of chance for one id: 4 for its counter and variant, 15 for its tail; in whole bytes. */
const DIGITS_PER_ID = 20;
const IDS_PER_POOL = 256;
const pool = new Uint8Array((DIGITS_PER_ID / 2) * IDS_PER_POOL);
let digits = '';
let digitsAt = 0;
let lastMs = 0;
let lastTime = '';
let sequence = 0;

/**
 * A new UUIDv7 in lower case (RFC 9562, section 6.2 method 1): ids made by one process rise strictly, also within a
 * millisecond and when the clock steps back, because the stores page by them.
 */
export function uuidV7(nowMs: number = Date.now()): string {
  if (digitsAt === digits.length) {
    digits = Buffer.from(randomFillSync(pool)).toString('hex');
    digitsAt = 0;
  }
  const at = digitsAt;
  digitsAt += DIGITS_PER_ID;
  const chance = Number.parseInt(digits.slice(at, at + 4), 16);
  advance(Math.trunc(nowMs), chance >> 5);
  const counter = sequence.toString(16).padStart(3, '0');
  const variant = VARIANTS[chance & 3];
  return `${lastTime}-7${counter}-${variant}${digits.slice(at + 4, at + 7)}-${digits.slice(at + 7, at + 19)}`;
}

/** The two bits `10` and two of chance. */
const VARIANTS = ['8', '9', 'a', 'b'];

/** The counter starts low and random in each millisecond, so at least 2,048 ids fit before it borrows the next one. */
function advance(nowMs: number, start: number): void {
  if (nowMs <= lastMs) {
    sequence += 1;
    if (sequence <= 0xfff) return;
  }
  lastMs = Math.max(nowMs, lastMs + 1);
  sequence = start;
  const time = lastMs.toString(16).padStart(12, '0');
  lastTime = `${time.slice(0, 8)}-${time.slice(8)}`;
}
