import type { LoadResult, LoadSpec } from './load/load-spec.ts';
import { runLoad } from './load/run-load.ts';

/** The answer to one `LoadSpec` sent to this process. */
export type LoadAnswer = { readonly result: LoadResult } | { readonly error: string };

// A process of its own, started with an IPC channel and pinned away from the system that it measures: one burst a message.
process.on('message', async (spec: LoadSpec) => {
  const answer: LoadAnswer = await runLoad(spec).then(
    (result) => ({ result }),
    (error: Error) => ({ error: error.message }),
  );
  process.send?.(answer);
});
process.on('disconnect', () => process.exit(0));
