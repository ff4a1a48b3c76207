import { destination } from 'pino';
import type { LogDestination } from './log-destination.ts';

const HELD_BYTES_MAX = 16 * 1024 * 1024;
const LINE_END = 10;

/**
 * Standard output. A reader that has stopped reading costs lines, which are counted, never memory without end or the
 * process. `onExit` is called when the process ends, while writing is still possible.
 */
export function standardOutput(onExit: () => void): LogDestination {
  // Before pino's own listeners, which end the stream.
  process.on('beforeExit', onExit);
  process.on('exit', onExit);
  const output = destination({ dest: 1, sync: false, maxLength: HELD_BYTES_MAX, contentMode: 'buffer' });
  let dropped = 0;
  output.on('error', () => undefined);
  output.on('drop', (lines: Uint8Array) => {
    for (const byte of lines) if (byte === LINE_END) dropped += 1;
  });
  output.on('drain', () => {
    if (dropped === 0) return;
    const count = dropped;
    dropped = 0;
    const time = new Date().toISOString();
    const text = `{"level":"warn","time":"${time}","msg":"log lines were dropped: standard output is not read","count":${count}}\n`;
    write(Buffer.from(text));
  });
  // With this content mode the stream takes bytes; its types know strings only.
  const write = (lines: Uint8Array) => output.write(lines as unknown as string);
  return {
    write,
    flushSync: () => {
      try {
        output.flushSync();
      } catch {
        // Standard output is gone, and there is nobody left to tell.
      }
    },
  };
}
