import { homedir } from 'node:os';
import path from 'node:path';
import { parseIpRange } from '../identity/ip-match.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import type { EnvSettings } from './env.ts';
import type { ConfigFile } from './schema.ts';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** What the process runs with; a flag wins over the environment, that over the file. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly secretKey: string | undefined;
  readonly keyPepper: string | undefined;
  readonly keyPrefix: string | undefined;
  readonly publicUrl: string | undefined;
  readonly trustedProxies: readonly string[];
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly drainGraceMs: number;
  readonly drainMs: number;
  readonly bodyBytesMax: number;
  readonly routing: {
    readonly attemptsMax: number;
    readonly explainHeaders: boolean;
    readonly exposeProviders: boolean;
  };
}

/** Flags of the command line that are settings. */
export interface SettingFlags {
  readonly port?: number;
  readonly host?: string;
  readonly dataDir?: string;
  readonly config?: string;
}

/** The data directory, which must be known before the file is. */
export function dataDirOf(flags: SettingFlags, env: EnvSettings): string {
  return path.resolve(flags.dataDir ?? env.dataDir ?? path.join(homedir(), '.saola'));
}

/** Puts the settings together. Throws ConfigError for an environment variable that does not hold. */
export function toSettings(flags: SettingFlags, env: EnvSettings, file: ConfigFile | undefined): Settings {
  const server = file?.server;
  const problems: ConfigProblem[] = [];
  const envPort = env.port === undefined ? undefined : Number(env.port);
  if (envPort !== undefined && !(Number.isInteger(envPort) && envPort >= 0 && envPort <= 65_535)) {
    problems.push({ message: 'SAOLA_PORT is not a port' });
  }
  const envLevel = LOG_LEVELS.find((level) => level === env.logLevel);
  if (env.logLevel !== undefined && envLevel === undefined)
    problems.push({ message: `SAOLA_LOG_LEVEL is one of ${LOG_LEVELS.join(', ')}` });
  if (env.publicUrl !== undefined && !/^https?:$/.test(URL.parse(env.publicUrl)?.protocol ?? ''))
    problems.push({ message: 'SAOLA_PUBLIC_URL is not an http or https URL' });
  if (env.databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(env.databaseUrl))
    problems.push({ message: 'DATABASE_URL begins with postgres:// or postgresql://' });
  const proxies = env.trustedProxies?.split(',').map((text) => text.trim());
  for (const proxy of proxies ?? []) {
    if (parseIpRange(proxy) === undefined)
      problems.push({ message: `SAOLA_TRUSTED_PROXIES: "${proxy}" is not an address or CIDR range` });
  }
  if (problems.length > 0) throw new ConfigError('environment', problems);
  return {
    port: flags.port ?? envPort ?? server?.port ?? 4_000,
    host: flags.host ?? env.host ?? server?.host ?? '127.0.0.1',
    dataDir: dataDirOf(flags, env),
    databaseUrl: env.databaseUrl,
    secretKey: env.secretKey,
    keyPepper: env.keyPepper,
    keyPrefix: file?.keys.prefix,
    publicUrl: env.publicUrl ?? server?.publicUrl,
    trustedProxies: proxies ?? server?.trustedProxies ?? [],
    logLevel: envLevel ?? server?.logLevel ?? 'info',
    drainGraceMs: server?.drainGraceMs ?? 5_000,
    drainMs: server?.drainMs ?? 30_000,
    bodyBytesMax: server?.bodyBytesMax ?? 32 * 1024 * 1024,
    routing: {
      attemptsMax: file?.routing.attempts ?? 3,
      explainHeaders: file?.routing.explainHeaders ?? true,
      exposeProviders: file?.routing.exposeProviders ?? true,
    },
  };
}
