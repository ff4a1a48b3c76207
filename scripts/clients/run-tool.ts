import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { pathWithThisNode, toolFile } from './tool-folder.ts';

/** What a tool talks to, and where it may leave its files. */
export interface Gateway {
  readonly url: string;
  readonly key: string;
  readonly dataDir: string;
}

/** How a run of a tool ended. */
export interface ToolRun {
  /** `null`: it was killed. */
  readonly code: number | null;
  readonly output: string;
  /** The folder it worked in. */
  readonly work: string;
}

/** A coding tool, ready for prompts. */
export type Tool = (prompt: string) => Promise<ToolRun>;

/** A command line of a tool; its first word is a program of the tool folder. */
export interface ToolCommand {
  readonly name: string;
  readonly args: (prompt: string, work: string) => readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const RUN_MS = 60_000;
/** How long after a kill the pipes may stay open: a child that left the group can hold them for good. */
const PIPES_MS = 2_000;

/** A tool that works in a new folder at each prompt, with nothing of the caller's environment but the search path. */
export function toolOf(command: ToolCommand, dataDir: string): Tool {
  return async (prompt) => {
    const work = await mkdtemp(path.join(dataDir, 'work-'));
    const child = spawn(toolFile(command.name), command.args(prompt, work), {
      cwd: work,
      // A process group of its own, so that all that it starts ends with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: pathWithThisNode(), CI: '1', TERM: 'dumb', NO_COLOR: '1', ...command.env },
    });
    return { ...(await ended(child)), work };
  };
}

function ended(child: ChildProcess): Promise<Omit<ToolRun, 'work'>> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk;
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    const late = setTimeout(() => {
      output += `\n(killed after ${RUN_MS} ms)`;
      endGroup(child);
    }, RUN_MS);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(late);
      endGroup(child);
      const pipes = setTimeout(done, PIPES_MS);
      child.once('close', done);
      function done(): void {
        clearTimeout(pipes);
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ code, output });
      }
    });
  });
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}
