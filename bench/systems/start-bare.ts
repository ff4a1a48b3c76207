import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';
import { startPinned } from '../pinned-process.ts';
import { waitUntilReady } from '../wait-until-ready.ts';
import type { RunningSystem, SystemPlace } from './system.ts';

const BARE_FILE = fileURLToPath(new URL('../bare-proxy.ts', import.meta.url));

/** The bare proxy on `node:http` and undici. */
export async function startBare({ upstreamPort, folder, processors }: SystemPlace): Promise<RunningSystem> {
  const port = await freePort();
  const running = startPinned({
    command: [process.execPath, BARE_FILE, String(port), `http://127.0.0.1:${upstreamPort}`],
    processors,
    logFile: path.join(folder, 'bare.log'),
  });
  const readyMs = await waitUntilReady(running, { port, path: '/ready', limitMs: 10_000 });
  return { name: 'bare', port, pid: running.pid, headers: {}, readyMs, stop: () => running.stop() };
}
