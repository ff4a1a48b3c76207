import { destination } from 'pino';
import type { LogDestination } from './log-destination.ts';

const HELD_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Standard output behind a buffer that is written out every 200 ms, when it fills, and at the exit. A reader that has
 * stopped reading costs lines, which are counted, never memory without end or the process.
 */
export function standardOutput(): LogDestination {
  const output = destination({
    dest: 1,
    sync: false,
    minLength: 16_000,
    maxLength: HELD_BYTES_MAX,
    periodicFlush: 200,
  });
  let dropped = 0;
  output.on('error', () => undefined);
  output.on('drop', () => dropped++);
  output.on('drain', () => {
    if (dropped === 0) return;
    const count = dropped;
    dropped = 0;
    const time = new Date().toISOString();
    output.write(
      `{"level":"warn","time":"${time}","msg":"log lines were dropped: standard output is not read","count":${count}}\n`,
    );
  });
  return {
    write: (line) => output.write(line),
    flushSync: () => {
      try {
        output.flushSync();
      } catch {
        // Standard output is gone, and there is nobody left to tell.
      }
    },
  };
}
