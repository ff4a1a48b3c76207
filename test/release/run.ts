import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** How a program ended, and all that it wrote. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of a person in a shell: without what npm leaves to the scripts that it runs, and this Node first. */
export function shellEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|SAOLA_|DATABASE_URL$|NODE_ENV$|VITEST)/i.test(name),
  );
  const environment = Object.fromEntries(own);
  const folders = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.includes('node_modules'));
  return { ...environment, PATH: [path.dirname(process.execPath), ...folders].join(path.delimiter) };
}

/** Runs a program to its end in `cwd`; does not throw for an exit code. */
export function run(file: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd, env: shellEnvironment(), timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** Runs npm under this Node, whose packages bring none: the one that started the tests, else the one on PATH. */
export function npm(args: readonly string[], cwd: string): Promise<Ended> {
  const cli = process.env['npm_execpath'];
  if (cli?.endsWith('.js') && existsSync(cli)) return run(process.execPath, [cli, ...args], cwd);
  return run('npm', args, cwd);
}

/** The first Node on PATH that is older than what Saola needs, or undefined. */
export async function olderNode(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
    if (!existsSync(file)) continue;
    const { stdout } = await run(file, ['-p', 'process.versions.node'], folder);
    if (Number.parseInt(stdout, 10) < 24) return file;
  }
  return undefined;
}
