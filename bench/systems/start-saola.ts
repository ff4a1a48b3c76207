import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';
import { type PinnedProcess, runCommand, startPinned } from '../pinned-process.ts';
import { waitUntilReady } from '../wait-until-ready.ts';
import type { RunningSystem, SystemPlace } from './system.ts';

/** The model that every request of the bench asks for; nginx and the bare proxy pass the name on as it is. */
export const BENCH_MODEL = 'openai/gpt-4o-mini';

const SOURCE_ENTRY = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const READY_MS = 20_000;

/** An installation of Saola in a folder: configuration, data, and a key that may use the bench's model. */
export interface SaolaInstallation {
  /** Starts the server; several times in turn, never twice at once. */
  start(): Promise<RunningSystem>;
}

/** Makes the installation: one first start that fills the data directory, and a key from the command line. */
export async function installSaola(place: SystemPlace, entry = SOURCE_ENTRY): Promise<SaolaInstallation> {
  const own = path.join(place.folder, 'saola');
  const dataFolder = path.join(own, 'data');
  mkdirSync(dataFolder, { recursive: true });
  const configFile = path.join(own, 'saola.yaml');
  writeFileSync(configFile, configuration(place.upstreamPort));
  const common = ['--data-dir', dataFolder, '--config', configFile];
  const serve = async (): Promise<{ running: PinnedProcess; port: number; readyMs: number }> => {
    const port = await freePort();
    const running = startPinned({
      command: [process.execPath, entry, 'serve', ...common, '--port', String(port), '--no-env-providers'],
      processors: place.processors,
      // The access log goes to stdout; a file is what a service manager or a container keeps.
      logFile: path.join(own, 'output.log'),
      env: { NODE_ENV: 'production' },
    });
    return { running, port, readyMs: await waitUntilReady(running, { port, path: '/readyz', limitMs: READY_MS }) };
  };
  const first = await serve();
  const key = await makeKey(entry, common).finally(() => first.running.stop());
  return {
    start: async () => {
      const { running, port, readyMs } = await serve();
      const headers = { authorization: `Bearer ${key}` };
      return { name: 'saola', port, pid: running.pid, headers, readyMs, stop: () => running.stop() };
    },
  };
}

async function makeKey(entry: string, common: readonly string[]): Promise<string> {
  const flags = ['--account', 'bench', '--name', 'bench-key', '--models', BENCH_MODEL, '--json'];
  const text = await runCommand([process.execPath, entry, 'keys', 'create', ...common, ...flags]);
  const { key } = JSON.parse(text) as { key?: unknown };
  if (typeof key !== 'string') throw new Error(`keys create printed no key: ${text}`);
  return key;
}

/** Two providers on the same mock, so that every request is planned over two deployments. */
function configuration(upstreamPort: number): string {
  const base = `http://127.0.0.1:${upstreamPort}`;
  const provider = (id: string) => `
  - id: ${id}
    protocols: { openai-chat: "${base}/v1", anthropic-messages: "${base}" }
    allowPrivateNetwork: true
    keys: [{ value: sk-${id}-1 }]`;
  const deployment = (id: string) => `
      - { provider: ${id}, model: gpt-4o-mini, group: default, tier: 1, weight: 1 }`;
  return `providers:${provider('up-a')}${provider('up-b')}
models:
  - id: ${BENCH_MODEL}
    price: { input: "3900", output: "15600", cacheRead: "1950" }
    deployments:${deployment('up-a')}${deployment('up-b')}
accounts:
  - { name: bench, billing: prepaid, credits: "100000000", groups: [default] }
`;
}
