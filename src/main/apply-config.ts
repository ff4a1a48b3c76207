import type { Secrets } from '../auth/load-secrets.ts';
import { catalogueFromEnv } from '../config/from-env-providers.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Store } from '../storage/ports/store.ts';

/** What the start says about where its catalogue came from. */
export interface AppliedConfig {
  readonly changed: boolean;
  /** Environment variables whose keys became providers. */
  readonly taken: readonly string[];
  readonly sandbox: boolean;
}

/**
 * Brings the configuration into the store, which is the truth from then on. Without a file, a store that never had a
 * catalogue gets its providers from the environment, or the sandbox.
 */
export async function applyConfig(
  store: Store,
  secrets: Secrets,
  config: LoadedConfig,
  options: { envProviders: boolean },
): Promise<AppliedConfig> {
  const stored = await store.catalogue.load();
  if (config.catalogue !== undefined) {
    if (stored.digest === config.digest) return { changed: false, taken: [], sandbox: false };
    const sealed = await secrets.sealAll(config.secrets, stored.secrets);
    const { changed } = await store.catalogue.apply({
      catalogue: config.catalogue,
      secrets: sealed,
      digest: config.digest,
      managedBy: 'file',
      appliedAt: Date.now(),
    });
    return { changed, taken: [], sandbox: false };
  }
  if (stored.digest !== undefined) return { changed: false, taken: [], sandbox: false };
  const made = catalogueFromEnv({ envProviders: options.envProviders });
  await store.catalogue.apply({
    catalogue: made.catalogue,
    secrets: await secrets.sealAll(made.secrets, []),
    digest: made.digest,
    managedBy: 'env',
    appliedAt: Date.now(),
  });
  return { changed: true, taken: made.taken, sandbox: made.taken.length === 0 };
}
