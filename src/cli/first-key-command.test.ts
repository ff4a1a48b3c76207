import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { firstKeyCommand } from './first-key-command.ts';

const usual = { dataDir: join(homedir(), '.saola') };

test('in a clone the command goes through npm, in the package through npx', () => {
  const clone = firstKeyCommand({ program: 'src/cli/main.ts', settings: usual, account: 'default' });
  expect(clone).toBe('npm run -s saola -- keys create --account default --name my-first-key');
  const packed = firstKeyCommand({ program: 'node_modules/.bin/saola', settings: usual, account: 'default' });
  expect(packed).toBe('npx saola keys create --account default --name my-first-key');
});

test('it names the data directory that was started, and an account that is there', () => {
  const of = (dataDir: string) => firstKeyCommand({ program: 'saola', settings: { dataDir }, account: 'acme' });
  expect(of('/data/saola-1')).toBe('npx saola keys create --account acme --name my-first-key --data-dir /data/saola-1');
  expect(of("/data/it's here")).toMatch(/ --data-dir '\/data\/it'\\''s here'$/);
});
