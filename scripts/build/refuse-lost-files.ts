import type { Plugin } from 'rolldown';

const ownFile = /[\\/]src[\\/].*\.ts$/;
const fileBesideSource = /new URL\(\s*['"]([^'"]+)['"],\s*import\.meta\.url/;

/** A file that a source reads from beside itself is not in the bundle; the build ends instead of shipping a hole. */
export const refuseLostFiles: Plugin = {
  name: 'refuse-lost-files',
  transform(code, id) {
    const target = ownFile.test(id) ? fileBesideSource.exec(code)?.[1] : undefined;
    if (target === undefined) return null;
    throw new Error(`${id}: ${target} would be missing in the release; import it, or use workerUrl for a worker`);
  },
};
