import { spawn } from 'node:child_process';
import { projectRoot } from './project-root.ts';

/** Runs a JavaScript file under a Node at the root of the checkout, output shown as it comes; resolves to its exit code. */
export function runNode(args: readonly string[], node: string = process.execPath): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, {
      cwd: projectRoot,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
