// Makes node_modules equal to the lockfile, once: a stamp inside node_modules says which lockfile it was made from.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { missingPackages } from './missing-packages.mjs';
import { repairPostgresLinks } from './postgres-links.mjs';
import { isNewEnough, pinnedNodeIn } from './runtime.mjs';

function lockfileStamp(root) {
  const hash = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  return `${hash} ${process.platform} ${process.arch}\n`;
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** How to start npm without a shell: the npm that runs this script when there is one, else the one beside this Node. */
function npmCommand(node) {
  const fromEnvironment = process.env.npm_execpath;
  const beside = path.resolve(path.dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
  const besideOnWindows = path.resolve(path.dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js');
  const cli = [fromEnvironment, beside, besideOnWindows].find((file) => file?.endsWith('.js') && existsSync(file));
  if (cli !== undefined) return { file: node, args: [cli] };
  return { file: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}

function npmCi(root, node) {
  const { file, args } = npmCommand(node);
  // NODE_ENV=production or an "omit" setting would leave out the tools and the pinned Node; a clone needs both.
  const options = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const run = spawnSync(file, [...args, ...options], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: file.endsWith('.cmd'),
    env: { ...process.env, PATH: [path.dirname(node), process.env.PATH].join(path.delimiter) },
  });
  if (run.status === 0) return;
  process.stderr.write(run.stdout ?? '');
  process.stderr.write(run.stderr ?? '');
  throw new Error(`npm ci failed (${run.error?.message ?? `exit code ${run.status}`}); see above`);
}

/** The Node that npm should run on. Never one inside node_modules while there is another: npm ci deletes it under itself. */
function nodeForNpm(root) {
  const own = process.execPath;
  const outside = process.env.npm_node_execpath;
  const inside = own.startsWith(path.join(root, 'node_modules'));
  return inside && outside !== undefined && existsSync(outside) ? outside : own;
}

/**
 * Installs what the lockfile names when node_modules is missing or older than it, and repairs what an install may leave
 * undone. Says so in one line on stderr; stdout belongs to the command. Throws with one line when the install fails.
 */
export async function ensureInstalled(root) {
  const stampFile = path.join(root, 'node_modules', '.saola-install');
  const stamp = lockfileStamp(root);
  if (readIfThere(stampFile) === stamp) return;

  // A person or a CI step may have run `npm ci` already: then the stamp is all that is missing.
  if (missingPackages(root).length > 0) {
    const why = existsSync(path.join(root, 'node_modules')) ? 'the lockfile changed' : 'first run in this clone';
    process.stderr.write(`saola: installing packages with npm ci (${why}) ...\n`);
    npmCi(root, nodeForNpm(root));
    reinstallUnderPinnedNode(root);
  }
  repairPostgresLinks(root);
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** npm leaves out, without a word, an optional native package whose `engines` does not fit the Node that runs npm. */
function reinstallUnderPinnedNode(root) {
  const missing = missingPackages(root);
  if (missing.length === 0) return;
  const pinned = pinnedNodeIn(root);
  if (isNewEnough(process.versions.node) || pinned === undefined) {
    throw new Error(`npm ci left out ${missing.join(', ')}; delete node_modules and run the command again`);
  }
  process.stderr.write(`saola: installing once more under the pinned Node (${missing.join(', ')} missing) ...\n`);
  // npm deletes node_modules first, so the binary that runs it must lie elsewhere meanwhile.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'saola-node-'));
  const copy = path.join(folder, path.basename(pinned));
  copyFileSync(pinned, copy);
  npmCi(root, copy);
  rmSync(folder, { recursive: true, force: true });
  const still = missingPackages(root);
  if (still.length > 0) throw new Error(`npm ci left out ${still.join(', ')}; this platform may not be supported`);
}
