import { Command } from 'commander';
import { processEnvironment } from '../config/env.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { watchConfig } from '../config/watch-config.ts';
import { type AccessLog, createAccessLog } from '../edge/access-log.ts';
import { environmentProxies } from '../egress/environment-proxies.ts';
import { type Running, startSaola } from '../main.ts';
import { CommandError, EXIT } from './exit.ts';
import { firstKeyCommand } from './first-key-command.ts';
import { type CommonFlags, withCommonFlags } from './flags.ts';
import { note } from './output.ts';

interface ServeFlags extends CommonFlags {
  readonly port?: string;
  readonly host?: string;
  readonly envProviders: boolean;
  readonly migrate: boolean;
}

/** Two signals so close together are one key press: npm forwards what the terminal has already sent. */
const SAME_PRESS_MS = 500;

/** `saola serve`: the gateway in the foreground. */
export function serveCommand(version: string): Command {
  return withCommonFlags(new Command('serve'))
    .description('start the gateway')
    .option('--port <n>', 'port to listen on (default 4000, or SAOLA_PORT)')
    .option('--host <address>', 'address to listen on (default 127.0.0.1, or SAOLA_HOST)')
    .option('--no-env-providers', 'do not turn provider keys of the environment into providers')
    .option('--no-migrate', 'refuse to start instead of changing the schema')
    .action(async (_flags: unknown, command: Command) => serve(command.optsWithGlobals(), version));
}

async function serve(flags: ServeFlags, version: string): Promise<void> {
  const started = performance.now();
  const load = () => loadConfig({ flags: configFlags(flags) });
  const config = await load();
  const log = createAccessLog({ level: config.settings.logLevel });
  const running = await startSaola({
    config,
    load,
    log,
    version,
    envProviders: flags.envProviders,
    migrate: flags.migrate,
  });
  announce(running, { version, ms: performance.now() - started, config });
  const quietly = () => running.reload().catch(() => undefined);
  const watcher =
    config.file === undefined ? undefined : watchConfig({ file: config.file, onChange: () => void quietly() });
  process.on('SIGHUP', () => void quietly());
  const why = await untilStopped(log);
  watcher?.close();
  // Nobody who presses a key, and nothing that has failed, waits for a balancer to look elsewhere.
  await running.stop({ graceMs: why === 'SIGTERM' ? config.settings.drainGraceMs : 0 });
  // After a fault something may still hold the process.
  if (why === 'fault') process.exit(EXIT.failed);
}

/**
 * The first signal drains; a second one ends the process at once. So does a fault that nobody caught: what it left behind
 * is not known, so that a supervisor has to start anew, but running answers are finished first.
 */
function untilStopped(log: AccessLog): Promise<'SIGTERM' | 'SIGINT' | 'fault'> {
  return new Promise((resolve) => {
    let first = 0;
    process.on('uncaughtException', (error) => {
      log.error('a fault that nobody caught; running answers are finished, then the process ends', {
        error: String(error),
        stack: error instanceof Error ? (error.stack ?? '') : '',
      });
      // Also where a signal came first, and its drain goes on.
      process.exitCode = EXIT.failed;
      resolve('fault');
    });
    const stop = (signal: 'SIGTERM' | 'SIGINT') => {
      if (first === 0) {
        first = performance.now();
        note('saola: stopping; running answers are finished first');
        resolve(signal);
      } else if (performance.now() - first > SAME_PRESS_MS) process.exit(EXIT.failed);
    };
    process.on('SIGTERM', () => stop('SIGTERM'));
    process.on('SIGINT', () => stop('SIGINT'));
  });
}

function configFlags({ port, host, dataDir, config }: ServeFlags) {
  const parsed = port === undefined ? undefined : Number(port);
  if (parsed !== undefined && !(Number.isInteger(parsed) && parsed >= 0 && parsed <= 65_535)) {
    throw new CommandError(`--port: "${port}" is not a port`, EXIT.usage);
  }
  return {
    ...(parsed === undefined ? {} : { port: parsed }),
    ...(host === undefined ? {} : { host }),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(config === undefined ? {} : { config }),
  };
}

/** People read this; scripts read the log and /readyz. */
function announce(
  { url, applied, keyCount, accountName }: Running,
  { version, ms, config }: { version: string; ms: number; config: LoadedConfig },
): void {
  note(`saola ${version} listens on ${url} (ready in ${Math.round(ms)} ms)`);
  if (config.file !== undefined) note(`configuration: ${config.file}`);
  for (const name of environmentProxies(processEnvironment()))
    note(`${name} is set and has no effect: Saola connects to providers itself`);
  for (const name of applied.taken) note(`provider from the environment: ${name} (--no-env-providers declines)`);
  for (const name of applied.passedOver)
    note(`${name} is not used: this data directory has its providers; name it in a configuration (init --sample)`);
  if (applied.sandbox) note('no provider key found: the sandbox answers as sandbox/echo and sandbox/lorem (simulated)');
  if (keyCount > 0) return;
  const program = process.argv[1] ?? '';
  const account = accountName ?? 'default';
  note(`make a key:  ${firstKeyCommand({ program, settings: config.settings, account })}`);
}
