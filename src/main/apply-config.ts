import type { Secrets } from '../auth/load-secrets.ts';
import { secretOrigin } from '../auth/secret-origin.ts';
import { catalogueFromEnv } from '../config/from-env-providers.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Catalogue } from '../routing/catalogue.ts';
import type { SealedSecret, StoredCatalogue } from '../storage/ports/catalogue-store.ts';
import type { Store } from '../storage/ports/store.ts';

/** What the start says about where its catalogue came from. */
export interface AppliedConfig {
  readonly changed: boolean;
  /** Environment variables whose keys became providers. */
  readonly taken: readonly string[];
  /** Variables with keys that are not taken, because this store has its providers already. */
  readonly passedOver: readonly string[];
  readonly sandbox: boolean;
}

/** What is needed to bring a configuration into the store. */
export interface ApplyOptions {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly config: LoadedConfig;
  readonly envProviders: boolean;
}

const UNCHANGED: AppliedConfig = { changed: false, taken: [], passedOver: [], sandbox: false };

/**
 * Brings the configuration into the store, which is the truth from then on. Without a file, a store that never had a
 * catalogue of its own gets its providers from the environment, or the sandbox, which gives way to them later.
 */
export async function applyConfig({ store, secrets, config, envProviders }: ApplyOptions): Promise<AppliedConfig> {
  const stored = await store.catalogue.load();
  const fromFile = config.catalogue !== undefined;
  if (fromFile ? stored.digest === config.digest : hasOwnCatalogue(stored))
    return fromFile ? UNCHANGED : { ...UNCHANGED, passedOver: passedOver(stored, envProviders) };
  const made = fromFile
    ? { catalogue: config.catalogue, secrets: config.secrets, digest: config.digest, taken: [] }
    : catalogueFromEnv({ envProviders });
  const { changed } = await store.catalogue.apply({
    catalogue: made.catalogue,
    secrets: sealAll(secrets, made, stored.secrets),
    digest: made.digest,
    managedBy: fromFile ? 'file' : 'env',
    appliedAt: Date.now(),
  });
  return { changed, taken: made.taken, passedOver: [], sandbox: !fromFile && made.taken.length === 0 };
}

function hasOwnCatalogue({ digest }: StoredCatalogue): boolean {
  return digest !== undefined && digest !== catalogueFromEnv({ envProviders: false }).digest;
}

/** A key that somebody puts into the environment later would else do nothing, without a word. */
function passedOver({ catalogue }: StoredCatalogue, envProviders: boolean): string[] {
  const { taken, catalogue: fromEnv } = catalogueFromEnv({ envProviders });
  const known = new Set(catalogue.providers.map((provider) => provider.id));
  return taken.filter((_name, index) => !known.has(fromEnv.providers[index]?.id ?? ''));
}

interface PlainKeys {
  readonly catalogue: Catalogue;
  readonly secrets: readonly { readonly providerKeyId: string; readonly providerId: string; readonly secret: string }[];
}

/** Every key is sealed anew for the origins of its provider, under a version above its former one. */
function sealAll(secrets: Secrets, plain: PlainKeys, former: readonly SealedSecret[]): SealedSecret[] {
  const providers = new Map(plain.catalogue.providers.map((provider) => [provider.id, provider]));
  const versions = new Map(former.map((sealed) => [sealed.providerKeyId, sealed.version]));
  return plain.secrets.map(({ providerKeyId, providerId, secret }) => {
    const origin = secretOrigin(providers.get(providerId)?.endpoints ?? {});
    const version = (versions.get(providerKeyId) ?? 0n) + 1n;
    return secrets.seal({ providerKeyId, providerId, origin, version, value: secret });
  });
}
