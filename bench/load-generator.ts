import { fileURLToPath } from 'node:url';
import type { LoadResult, LoadSpec } from './load/load-spec.ts';
import type { LoadAnswer } from './load.ts';
import { startPinned } from './pinned-process.ts';

/** The load generator in its own process, warm over the whole run. */
export interface LoadGenerator {
  /** One burst at a time; throws an `Error` when the generator itself fails or ends. */
  run(spec: LoadSpec): Promise<LoadResult>;
  stop(): Promise<void>;
}

const LOAD_FILE = fileURLToPath(new URL('./load.ts', import.meta.url));

/** Starts it on these processors. */
export function startLoadGenerator(processors: string, logFile: string): LoadGenerator {
  const generator = startPinned({ command: [process.execPath, LOAD_FILE], processors, logFile, channel: true });
  let take: (answer: LoadAnswer) => void = () => undefined;
  generator.child.on('message', (answer: LoadAnswer) => take(answer));
  generator.child.on('exit', () => take({ error: `it ended: ${generator.lastWords()}` }));
  return {
    run: async (spec) => {
      const answer = await new Promise<LoadAnswer>((resolve) => {
        take = resolve;
        generator.child.send(spec);
      });
      if ('error' in answer) throw new Error(`load generator: ${answer.error}`);
      return answer.result;
    },
    stop: () => generator.stop(),
  };
}
