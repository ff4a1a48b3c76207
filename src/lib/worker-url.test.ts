import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { workerUrl } from './worker-url.ts';

test('the entry of the store thread lies where the sources look for it', () => {
  expect(existsSync(workerUrl('sqlite'))).toBe(true);
});
