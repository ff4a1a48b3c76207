import { request } from 'node:http';
import type { PinnedProcess } from './pinned-process.ts';

const POLL_MS = 5;

/** Asks until the path answers 200; returns the milliseconds that took. Throws when the process ends or time is up. */
export async function waitUntilReady(
  process: PinnedProcess,
  { port, path, limitMs }: { port: number; path: string; limitMs: number },
): Promise<number> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < limitMs) {
    if (process.child.exitCode !== null) break;
    if (await answers(port, path)) return performance.now() - startedAt;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`nothing answers on port ${port}: ${process.lastWords()}`);
}

function answers(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, path, agent: false, timeout: 1_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
    call.end();
  });
}
