import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Catalogue } from '../routing/catalogue.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { type Environment, type EnvSettings, processEnvironment, readEnv } from './env.ts';
import { interpolate } from './interpolate.ts';
import { type ConfigDocument, parseYaml } from './parse-yaml.ts';
import { type ConfigFile, configSchema } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';
import { dataDirOf, type SettingFlags, type Settings, toSettings } from './settings.ts';
import { toCatalogue } from './to-catalogue.ts';
import type { PlainSecret } from './to-provider.ts';

/** All that the process was told. */
export interface LoadedConfig {
  readonly settings: Settings;
  /** `undefined` without a file, or with one that holds settings only: the store keeps what it has. */
  readonly catalogue: Catalogue | undefined;
  readonly secrets: readonly PlainSecret[];
  /** Names this catalogue, secrets included; equal text gives an equal digest. */
  readonly digest: string;
  readonly file: string | undefined;
}

/** Where to look. */
export interface LoadOptions {
  readonly flags: SettingFlags;
  readonly env?: Environment;
  readonly cwd?: string;
  /** Flags and environment only, for a command that a faulty file must not stop. */
  readonly withoutFile?: boolean;
}

const FILE_NAMES = ['saola.yaml', 'saola.yml', 'saola.json'];

/** Reads flags, environment and file. Throws ConfigError with every problem, each with its place. */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const { flags, env = processEnvironment(), cwd = '.' } = options;
  const fromEnv = readEnv(env);
  const file = options.withoutFile === true ? undefined : fileOf({ flags, fromEnv, cwd });
  if (file === undefined) {
    return {
      settings: toSettings(flags, fromEnv, undefined),
      catalogue: undefined,
      secrets: [],
      digest: '',
      file: undefined,
    };
  }
  const parsed = parseConfig(await readText(file), { env, file });
  const { catalogue, hasCatalogue, secrets } = parsed;
  return {
    settings: toSettings(flags, fromEnv, parsed.config),
    catalogue: hasCatalogue ? catalogue : undefined,
    secrets,
    digest: hasCatalogue ? digestOf(catalogue, secrets) : '',
    file,
  };
}

/** A parsed file. */
export interface ParsedConfig {
  readonly config: ConfigFile;
  readonly catalogue: Catalogue;
  /** `false` if the file holds settings only: it names no provider, model or account. */
  readonly hasCatalogue: boolean;
  readonly secrets: readonly PlainSecret[];
}

/** Parses the text of a configuration file. Throws ConfigError with every problem. */
export function parseConfig(text: string, { env, file }: { env: Environment; file: string }): ParsedConfig {
  const document = parseYaml(text);
  if (document.problems.length > 0) throw new ConfigError(file, document.problems);
  const unfilled = interpolate(document, { env, folder: path.dirname(file) });
  // A place that could not be filled is empty; that it is so need not be said twice.
  const errorOf = (found: readonly ConfigProblem[]): ConfigError => {
    const isNew = ({ line, column }: ConfigProblem) =>
      !unfilled.some((known) => known.line === line && known.column === column);
    return new ConfigError(file, [...unfilled, ...found.filter(isNew)]);
  };
  const result = configSchema.safeParse(plainValue(document, file));
  if (!result.success) throw errorOf(schemaProblems(document, result.error.issues));
  const { catalogue, secrets, problems } = toCatalogue(result.data, document);
  if (unfilled.length + problems.length > 0) throw errorOf(problems);
  const hasCatalogue = ['providers', 'models', 'accounts'].some((key) => document.yaml.has(key));
  return { config: result.data, catalogue, hasCatalogue, secrets };
}

function plainValue(document: ConfigDocument, file: string): unknown {
  try {
    return document.yaml.toJS({ maxAliasCount: 100 }) ?? {};
  } catch {
    throw new ConfigError(file, [{ line: 1, column: 1, message: 'an alias leads nowhere, or aliases grow too large' }]);
  }
}

/** A digest of content, so that a change of comments or order of keys in the file applies nothing. */
export function digestOf(catalogue: Catalogue, secrets: readonly PlainSecret[]): string {
  const text = JSON.stringify([catalogue, secrets], (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
  return createHash('sha256').update(text).digest('hex');
}

function fileOf({ flags, fromEnv, cwd }: { flags: SettingFlags; fromEnv: EnvSettings; cwd: string }) {
  const asked = flags.config ?? fromEnv.config;
  if (asked === undefined) return findFile([cwd, dataDirOf(flags, fromEnv)]);
  return path.isAbsolute(asked) ? asked : path.join(cwd, asked);
}

function findFile(folders: readonly string[]): string | undefined {
  return folders
    .flatMap((folder) => FILE_NAMES.map((name) => path.join(folder, name)))
    .find((file) => existsSync(file));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ConfigError(file, [{ message: `cannot be read (${code})` }]);
  }
}
