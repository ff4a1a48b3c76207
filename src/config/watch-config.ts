import { watch } from 'node:fs';
import path from 'node:path';

const SETTLE_MS = 300;

/** Watches the folder of a file, since editors and mounted volumes replace files instead of writing them. */
export function watchConfig({ file, onChange }: { file: string; onChange: () => void }): { close(): void } {
  const name = path.basename(file);
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(path.dirname(path.resolve(file)), { persistent: false }, (_event, changed) => {
    // A mounted volume switches a link called ..data; the file itself is then not named.
    if (changed !== null && changed !== name && changed !== '..data') return;
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLE_MS);
  });
  watcher.on('error', () => watcher.close());
  return {
    close() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}
