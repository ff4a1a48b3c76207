import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const STOP_MS = 10_000;

/** A running server of its own process, with its own data directory. */
export interface RunningSaola {
  /** Without a trailing slash. */
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** A key of the account `acme` without limits. */
  readonly key: string;
  /** Runs a command on this data directory and returns what it printed; rejects on a bad exit code. */
  cli(...args: string[]): Promise<string>;
  /** Replaces the configuration file, which the server watches. */
  writeConfig(yaml: string): Promise<void>;
  /** What the server has written to stdout so far: the access log. */
  log(): string;
  /** What the server has written to stderr so far: notes for people. */
  notes(): string;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** What a test may choose. */
export interface SaolaOptions {
  readonly config: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** Starts the real program on a free port of the loopback address and makes a key on it. */
export async function startSaola(options: SaolaOptions): Promise<RunningSaola> {
  const dataDir = await mkdtemp(join(tmpdir(), 'saola-test-'));
  const configFile = join(dataDir, 'saola.yaml');
  await writeFile(configFile, options.config);
  const place = ['--data-dir', dataDir, '--config', configFile];
  const env = { PATH: process.env['PATH'] ?? '', HOME: dataDir, ...options.env };
  const child = spawn(process.execPath, [CLI, 'serve', '--port', '0', ...place, ...(options.args ?? [])], { env });
  const output = { out: '', notes: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.out += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.notes += chunk.toString('utf8');
  });
  const url = await listening(child, output);
  const cli = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...args, ...place], { env });
    return stdout;
  };
  const made = JSON.parse(await cli('keys', 'create', '--account', 'acme', '--name', 'test-key', '--json')) as {
    key: string;
  };
  return {
    url,
    dataDir,
    pid: child.pid ?? 0,
    key: made.key,
    cli,
    writeConfig: (yaml) => writeFile(configFile, yaml),
    log: () => output.out,
    notes: () => output.notes,
    signal: (name) => child.kill(name),
    stop: () => stop(child, dataDir),
  };
}

function listening(child: ChildProcess, output: { notes: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', () => {
      const url = /listens on (http:\/\/\S+)/.exec(output.notes)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`saola ended with ${code}: ${output.notes}`)));
  });
}

async function stop(child: ChildProcess, dataDir: string): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (child.exitCode === null) child.kill('SIGINT');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  const code = child.exitCode ?? (await ended);
  clearTimeout(late);
  await rm(dataDir, { recursive: true, force: true });
  return code;
}

/** A configuration with one provider that speaks all protocols at this URL, one model, and the account `acme`. */
export function oneProvider(url: string, extra: { models?: string; provider?: string } = {}): string {
  return `
providers:
  - id: up-a
    protocols: { openai-chat: "${url}/v1", openai-responses: "${url}/v1", anthropic-messages: "${url}", gemini: "${url}" }
    allowPrivateNetwork: true
    keys: [{ value: sk-up-1 }]
${extra.provider ?? ''}
models:
  - id: openai/gpt-4o-mini
    price: { input: "3900", output: "15600", cacheRead: "1950" }
    deployments: [{ provider: up-a, model: gpt-4o-mini }]
${extra.models ?? ''}
accounts:
  - { name: acme, billing: prepaid, credits: "100000", groups: [default] }
`;
}
