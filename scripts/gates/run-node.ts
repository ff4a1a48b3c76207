import { spawn } from 'node:child_process';
import { projectRoot } from './project-root.ts';

/** Runs a JavaScript file under this Node at the root of the checkout, output shown as it comes; resolves to its exit code. */
export function runNode(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: projectRoot,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...environment },
    });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
