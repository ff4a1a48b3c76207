import type { Plugin } from 'rolldown';

const ownFile = /[\\/]src[\\/].*\.ts$/;
const fileBesideSource = /new URL\(\s*'([^']+)',\s*import\.meta\.url,?\s*\)/g;
const worker = /^(?:\.{1,2}\/)+workers\/([\w-]+)\.ts$/;

/**
 * The sources name a worker as `new URL('../workers/NAME.ts', import.meta.url)`; in the release it lies in `folder`
 * below the bundle. Any other file beside a source would be lost in the bundle, so it is an error.
 */
export function workerUrls(folder: string, names: readonly string[]): Plugin {
  return {
    name: 'worker-urls',
    transform(code, id) {
      if (!ownFile.test(id) || !code.includes('import.meta.url')) return null;
      return code.replaceAll(fileBesideSource, (_text, target: string) => {
        const name = worker.exec(target)?.[1];
        if (name === undefined || !names.includes(name))
          throw new Error(`${id}: ${target} would be missing in the release`);
        return `new URL('${folder}${name}.js', import.meta.url)`;
      });
    },
  };
}
