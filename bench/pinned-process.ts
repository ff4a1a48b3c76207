import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** A child process that runs on given processors only. */
export interface PinnedProcess {
  readonly pid: number;
  readonly child: ChildProcess;
  /** SIGINT, then SIGKILL after 10 s; resolves when it is gone. */
  stop(): Promise<void>;
  /** The last lines of what it wrote, for an error message. */
  lastWords(): string;
}

/** How to start one. */
export interface PinnedStart {
  readonly command: readonly string[];
  readonly processors: string;
  /** Gets stdout and stderr. */
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Gives the child a channel for `process.send`. */
  readonly channel?: boolean;
}

/** The program of util-linux that pins a command to processors. */
export const TASKSET = 'taskset';

const STOP_MS = 10_000;
const LAST_LINES = 6;

/** Starts the command under `taskset`, which replaces itself by it: the pid is the command's. */
export function startPinned({ command, processors, logFile, env, channel }: PinnedStart): PinnedProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(TASKSET, ['-c', processors, ...command], {
    stdio: channel === true ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
    env: { ...process.env, ...env },
  });
  closeSync(log);
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return {
    pid: child.pid ?? 0,
    child,
    stop: async () => {
      process.off('exit', endWithUs);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGINT');
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await gone;
      clearTimeout(force);
    },
    lastWords: () => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n'),
  };
}

/** Runs a command to its end and returns its stdout; throws an `Error` with its stderr when it fails. */
export async function runCommand(command: readonly string[]): Promise<string> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${complaint.trim()}`);
  return out;
}
