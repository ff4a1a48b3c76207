import type { Transaction } from 'kysely';
import type { Provider, ProviderKey } from '../../routing/catalogue.ts';
import type { CatalogueToApply, SealedSecret } from '../ports/catalogue-store.ts';
import type { LedgerSchema } from '../schema.ts';
import { insertAll } from './insert-all.ts';

/** Puts the providers of a file or the environment in place of those that either put there before; deployments on them go with them. */
export async function replaceProviders(open: Transaction<LedgerSchema>, toApply: CatalogueToApply): Promise<void> {
  const { catalogue, managedBy } = toApply;
  const secrets = new Map(toApply.secrets.map((secret) => [secret.providerKeyId, secret]));
  await open.deleteFrom('provider').where('managed_by', '<>', 'cli').execute();
  await insertAll(
    open,
    'provider',
    catalogue.providers.map((provider, position) => providerRow(provider, { managedBy, position })),
  );
  await insertAll(
    open,
    'provider_key',
    catalogue.providers.flatMap((provider) =>
      provider.keys.map((key, position) => keyRow(key, { provider, position, secret: secrets.get(key.id) })),
    ),
  );
}

function providerRow(
  provider: Provider,
  at: { managedBy: 'file' | 'env'; position: number },
): LedgerSchema['provider'] {
  return {
    id: provider.id,
    position: BigInt(at.position),
    managed_by: at.managedBy,
    preset: provider.preset ?? null,
    endpoints: JSON.stringify(provider.endpoints),
    auth: JSON.stringify(provider.auth),
    extra_headers: JSON.stringify(provider.extraHeaders),
    quirks: JSON.stringify(provider.quirks),
    timeouts: JSON.stringify(provider.timeouts),
    allow_private_network: provider.allowPrivateNetwork ? 1n : 0n,
    vendor: provider.vendor ? 1n : 0n,
  };
}

function keyRow(
  key: ProviderKey,
  of: { provider: Provider; position: number; secret: SealedSecret | undefined },
): LedgerSchema['provider_key'] {
  const { provider, position, secret } = of;
  if (secret === undefined || secret.providerId !== provider.id) {
    throw new Error(`no sealed secret was given for key ${key.id} of provider ${provider.id}`);
  }
  return {
    id: key.id,
    provider_id: provider.id,
    position: BigInt(position),
    weight: BigInt(key.weight),
    hint: key.hint,
    requests_per_min: key.requestsPerMin === undefined ? null : BigInt(key.requestsPerMin),
    concurrency: key.concurrency === undefined ? null : BigInt(key.concurrency),
    origin: secret.origin,
    secret_version: secret.version,
    data_key_id: secret.dataKeyId,
    sealed: secret.sealed,
  };
}
