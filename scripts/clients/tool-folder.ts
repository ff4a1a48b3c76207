import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const PACKAGES = ['@anthropic-ai/claude-code@2.1.330', '@openai/codex@0.169.0', '@google/gemini-cli@0.61.0'];
const pins = createHash('sha256').update(PACKAGES.join(' ')).digest('hex').slice(0, 12);
const caches = process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache');
const folder = path.join(caches, 'saola-tests', `clients-${pins}`);

/** Installs the tools at their exact versions, unless an earlier run did. */
export async function installTools(): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (existsSync(path.join(folder, 'ready'))) return;
  // npm runs under this Node, since older ones get old releases of the tools.
  const env = { ...process.env, PATH: pathWithThisNode() };
  await promisify(execFile)('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '-E', ...PACKAGES], {
    env,
  });
  await writeFile(path.join(folder, 'ready'), '');
}

/** The program of an installed tool. */
export function toolFile(name: string): string {
  return path.join(folder, 'node_modules', '.bin', name);
}

/** The search path with the Node of this process first. */
export function pathWithThisNode(): string {
  return `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
}
