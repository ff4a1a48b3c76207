import { randomFillSync } from 'node:crypto';

const pool = new Uint32Array(1_024);
let at = pool.length;

/** A random number from 0 to below 1 with 32 bits, drawn from the system's generator in batches. */
export function randomUnit(): number {
  if (at === pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  return (pool[at++] ?? 0) / 0x1_0000_0000;
}
