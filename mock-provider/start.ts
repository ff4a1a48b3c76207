import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type ControlClient, controlClient } from './control-client.ts';

/** A running mock in a process of its own. */
export interface RunningMock {
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly control: ControlClient;
  /** Ends the process and resolves when it is gone. */
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Starts the mock on a free port, or on the one that `args` name; the arguments are those of the command line. */
export async function startMock(args: readonly string[] = []): Promise<RunningMock> {
  const child = spawn(process.execPath, [MAIN, '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const url = await listeningUrl(child);
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid ?? 0,
    control: controlClient(url),
    stop: async () => {
      process.off('exit', endWithUs);
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }
    },
  };
}

async function listeningUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) {
    throw new Error('mock: no stdout');
  }
  const lines = createInterface({ input: child.stdout });
  const exited = once(child, 'exit').then(() => undefined);
  const line = once(lines, 'line').then(([text]) => String(text));
  const url = /^listening (http:\S+)$/.exec((await Promise.race([line, exited])) ?? '')?.[1];
  if (url === undefined) {
    throw new Error(`mock: did not start (exit code ${child.exitCode})`);
  }
  return url;
}
