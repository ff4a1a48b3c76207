import { readFileSync } from 'node:fs';
import { nearestName } from '../lib/nearest-name.ts';
import { ConfigError, type ConfigProblem, suggestion } from './config-error.ts';

/** Environment variables as the process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process; nothing else reads `process.env`. */
export function processEnvironment(): Environment {
  return process.env;
}

const PLAIN = {
  SAOLA_PORT: 'port',
  SAOLA_HOST: 'host',
  SAOLA_DATA_DIR: 'dataDir',
  SAOLA_CONFIG: 'config',
  SAOLA_PUBLIC_URL: 'publicUrl',
  SAOLA_LOG_LEVEL: 'logLevel',
  SAOLA_TRUSTED_PROXIES: 'trustedProxies',
} as const;

const SECRET = {
  SAOLA_SECRET_KEY: 'secretKey',
  SAOLA_KEY_PEPPER: 'keyPepper',
  DATABASE_URL: 'databaseUrl',
} as const;

/** Variables that are not settings of the server: what client tools use, and what the test suite sets. */
const IGNORED = /^SAOLA_(API_KEY|BASE_URL|TEST_.*)$/;

type Setting = (typeof PLAIN)[keyof typeof PLAIN] | (typeof SECRET)[keyof typeof SECRET];

/** What the environment says, as text; empty counts as not set. */
export type EnvSettings = Readonly<Partial<Record<Setting, string>>>;

/** Reads the settings. Throws ConfigError: unknown `SAOLA_*`, a secret given twice, an unreadable `NAME_FILE`. */
export function readEnv(env: Environment): EnvSettings {
  const problems: ConfigProblem[] = unknownNames(env);
  const settings: Partial<Record<Setting, string>> = {};
  for (const [name, setting] of Object.entries(PLAIN)) {
    const text = env[name];
    if (text !== undefined && text !== '') settings[setting] = text;
  }
  for (const [name, setting] of Object.entries(SECRET)) {
    const found = readSecret(env, name);
    if (found.problem !== undefined) problems.push({ message: found.problem });
    if (found.value !== undefined) settings[setting] = found.value;
  }
  if (problems.length > 0) throw new ConfigError('environment', problems);
  return settings;
}

/** A secret from NAME or from the file that NAME_FILE names. */
export interface FoundSecret {
  readonly value: string | undefined;
  readonly problem: string | undefined;
}

/** Reads one secret; both variables set is a problem, as is a file that cannot be read or is empty. */
export function readSecret(env: Environment, name: string): FoundSecret {
  const direct = env[name] || undefined;
  const file = env[`${name}_FILE`] || undefined;
  if (file === undefined) return { value: direct, problem: undefined };
  if (direct !== undefined) return { value: undefined, problem: `${name} and ${name}_FILE are both set; keep one` };
  try {
    const value = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    return value === ''
      ? { value: undefined, problem: `the file that ${name}_FILE names is empty: ${file}` }
      : { value, problem: undefined };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return { value: undefined, problem: `cannot read the file that ${name}_FILE names: ${file} (${code})` };
  }
}

function unknownNames(env: Environment): ConfigProblem[] {
  const known = [...Object.keys(PLAIN), ...Object.keys(SECRET).flatMap((name) => [name, `${name}_FILE`])];
  return Object.keys(env)
    .filter((name) => name.startsWith('SAOLA_') && !known.includes(name) && !IGNORED.test(name))
    .map((name) => ({ message: `unknown variable ${name}${suggestion(nearestName(name, known))}` }));
}
