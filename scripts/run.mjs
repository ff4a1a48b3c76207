// The one entry of every npm script. Plain JavaScript without dependencies, because in a fresh clone nothing is installed
// yet and the machine's own Node may be older than the one Saola needs. Runs on Node >= 18.
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureInstalled } from './launcher/install.mjs';
import { adviceForOldNode, isNewEnough, pinnedNodeIn, pinnedNodeIsOffered, runUnder } from './launcher/runtime.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

// File to run, and the arguments put before those of the user.
const commands = {
  start: ['src/cli/main.ts', 'serve'],
  saola: ['src/cli/main.ts'],
  test: ['scripts/test.ts'],
  check: ['scripts/test.ts', '--quick'],
  'test:real': ['scripts/test-real.mjs'],
  'test:clients': ['scripts/test-clients.mjs'],
  'test:node26': ['scripts/test-node26.ts'],
  'test:proxies': ['scripts/test-proxies.ts'],
  bench: ['bench/main.ts'],
  build: ['scripts/build.ts'],
  format: ['scripts/format.ts'],
  'mock-provider': ['mock-provider/main.ts'],
};

/** Ends with one line on stderr: a person who has just cloned the project needs an instruction, not a stack. */
function fail(line) {
  process.stderr.write(`saola: ${line}\n`);
  process.exit(1);
}

async function main() {
  const [name = '', ...rest] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) fail(`unknown command "${name}"; there are ${Object.keys(commands).join(', ')}`);
  if (!isNewEnough(process.versions.node) && !pinnedNodeIsOffered(root)) fail(adviceForOldNode(process.versions.node));

  await ensureInstalled(root).catch((error) => fail(error.message));

  if (!isNewEnough(process.versions.node)) {
    const node = pinnedNodeIn(root);
    if (node === undefined) fail(adviceForOldNode(process.versions.node));
    await runUnder(node, [fileURLToPath(import.meta.url), name, ...rest]).catch(() =>
      fail(adviceForOldNode(process.versions.node)),
    );
    return;
  }

  const [file, ...first] = command;
  const target = path.join(root, file);
  if (!existsSync(target)) fail(`${file} is missing from this checkout`);
  // In place: the command sees the arguments as if it had been started by itself, and gets its signals without a parent between.
  process.argv = [process.execPath, target, ...first, ...rest];
  await import(pathToFileURL(target).href);
}

await main();
