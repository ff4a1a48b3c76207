/**
 * Where a worker thread's entry lies: `src/workers/NAME.ts` when the program runs from its sources, `workers/NAME.js`
 * beside the bundle that this code was put into otherwise.
 */
export function workerUrl(name: string): URL {
  const here = import.meta.url;
  return here.endsWith('.ts') ? new URL(`../workers/${name}.ts`, here) : new URL(`./workers/${name}.js`, here);
}
