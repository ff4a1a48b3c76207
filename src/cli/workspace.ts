import { join } from 'node:path';
import { loadSecrets, type Secrets } from '../auth/load-secrets.ts';
import type { OpenSecret } from '../auth/secret-opener.ts';
import { ConfigError } from '../config/config-error.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { type ControlAnswer, callControl } from '../edge/call-control.ts';
import type { ControlOperation } from '../edge/control-operation.ts';
import { openStore } from '../storage/open-store.ts';
import type { StoredCatalogue } from '../storage/ports/catalogue-store.ts';
import type { Installation } from '../storage/ports/installation-store.ts';
import type { Store } from '../storage/ports/store.ts';
import type { CommonFlags } from './flags.ts';
import { note } from './output.ts';

/** What a command works on: the store of this installation, and the running server if there is one. */
export interface Workspace {
  readonly config: LoadedConfig;
  /** Why the file was left aside. */
  readonly fault: ConfigError | undefined;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly installation: Installation;
  /** Asks the running server; `undefined` when none listens here (it then polls the store within a second). */
  poke(op: ControlOperation): Promise<ControlAnswer | undefined>;
  /** Opens provider keys by id. */
  openSecrets(stored: StoredCatalogue): OpenSecret;
  close(): Promise<void>;
}

/** The control socket of a data directory. */
export function controlPath(dataDir: string): string {
  return join(dataDir, 'control.sock');
}

/** Reads the settings that a command needs; the catalogue of the file is not applied by it. */
export function loadForCommand(flags: CommonFlags, withoutFile = false): Promise<LoadedConfig> {
  const { dataDir, config } = flags;
  return loadConfig({
    flags: { ...(dataDir === undefined ? {} : { dataDir }), ...(config === undefined ? {} : { config }) },
    withoutFile,
  });
}

/** A leaked key must go, whatever is wrong with a file, and in a shell too that lacks the variables of the server. */
async function loadLeniently(flags: CommonFlags): Promise<Pick<Workspace, 'config' | 'fault'>> {
  try {
    return { config: await loadForCommand(flags), fault: undefined };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: await loadForCommand(flags, true), fault: error };
  }
}

/** Opens the store without looking at its schema. */
export async function openBareStore(flags: CommonFlags): Promise<Store> {
  const { settings } = await loadForCommand(flags);
  return openStore(
    settings.databaseUrl === undefined ? { dataDir: settings.dataDir } : { databaseUrl: settings.databaseUrl },
  );
}

/** Opens everything, bringing a fresh store up first, so that a key can be made before the first start. */
export async function openWorkspace(flags: CommonFlags): Promise<Workspace> {
  const { config, fault } = await loadLeniently(flags);
  const { settings } = config;
  const store = await openStore(
    settings.databaseUrl === undefined ? { dataDir: settings.dataDir } : { databaseUrl: settings.databaseUrl },
  );
  try {
    // Whoever changes the schema under a running server says so: only a store that has none yet is brought up here.
    const { done } = await store.migrations.status();
    await (done.length === 0 ? store.migrations.up() : store.migrations.requireCurrent());
    // The file's prefix of keys is settled by the first command or start for good.
    if (fault !== undefined && (await store.installation.load()) === undefined) throw fault;
    if (fault !== undefined) note(`saola: goes on without the configuration, which does not hold:\n${fault.message}`);
    const { secrets, installation } = await loadSecrets({ store, settings });
    return {
      config,
      fault,
      store,
      secrets,
      installation,
      poke: (op) => callControl(controlPath(settings.dataDir), op),
      openSecrets: (stored) => secrets.opener(stored),
      close: () => store.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Opens the workspace for the time of `use`. */
export async function usingWorkspace(flags: CommonFlags, use: (workspace: Workspace) => Promise<void>): Promise<void> {
  const workspace = await openWorkspace(flags);
  try {
    await use(workspace);
  } finally {
    await workspace.close();
  }
}
