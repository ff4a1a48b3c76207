import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type OutputOptions, type RolldownLog, rolldown } from 'rolldown';
import { projectRoot } from '../gates/project-root.ts';
import { refuseLostFiles } from './refuse-lost-files.ts';

// A native add-on that pg loads when it is installed; it is not, and pg works without.
const external = ['pg-native'];

/** A warning is an unresolved import or a name that does not exist: the release would break where nobody looks. */
function refuseWarnings(level: 'info' | 'debug' | 'warn', log: RolldownLog): void {
  if (level === 'warn') throw new Error(`rolldown: ${log.message}`);
}

interface Bundling {
  readonly input: Record<string, string>;
  readonly output: OutputOptions;
}

/** Writes the bundle and returns the paths of the modules that went into it. */
async function write({ input, output }: Bundling): Promise<readonly string[]> {
  const bundle = await rolldown({
    cwd: projectRoot,
    input,
    external,
    plugins: [refuseLostFiles],
    platform: 'node',
    tsconfig: false,
    onLog: refuseWarnings,
  });
  const { output: files } = await bundle.write({ format: 'esm', ...output });
  await bundle.close();
  return files.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
}

const workersFolder = path.join(projectRoot, 'src/workers');

function workerNames(): readonly string[] {
  if (!existsSync(workersFolder)) return [];
  const files = readdirSync(workersFolder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  return files.map((file) => file.slice(0, -'.ts'.length)).sort();
}

/** The program: `saola.js`, and one file for each part that is imported on demand. */
export function bundleProgram(out: string): Promise<readonly string[]> {
  return write({
    input: { saola: 'src/cli/main.ts' },
    // All files lie side by side: src/lib/worker-url.ts finds a worker from each of them in the same place.
    output: { dir: out, entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
  });
}

/** Each worker thread is one file of its own, complete in itself. */
export async function bundleWorkers(out: string): Promise<readonly string[]> {
  const modules: string[] = [];
  for (const name of workerNames()) {
    const ids = await write({
      input: { [name]: path.join(workersFolder, `${name}.ts`) },
      output: { dir: path.join(out, 'workers'), entryFileNames: '[name].js', codeSplitting: false },
    });
    modules.push(...ids);
  }
  return modules;
}
