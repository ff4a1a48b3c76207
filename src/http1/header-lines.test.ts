import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { readHeaderLines } from './header-lines.ts';

/** What is in use after everything that nobody holds has gone. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

test('names that are kept do not keep the heads in which they came, and the secrets in those', () => {
  const before = heapBytes();
  for (let i = 0; i < 1_024; i++) {
    const head = Buffer.from(`x-some-header-name-${i}: ${'s'.repeat(16_000)}\r\n`).toString('latin1');
    expect(readHeaderLines(head, 0, [])).toBeUndefined();
  }
  expect(heapBytes() - before).toBeLessThan(4 * 1024 * 1024);
});
