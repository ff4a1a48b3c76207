import type { SealedSecret, StoredCatalogue } from '../storage/ports/catalogue-store.ts';
import type { SecretBox } from './secret-box.ts';
import { secretOrigin } from './secret-origin.ts';

const KEPT_MS = 5 * 60_000;

/** Gives a provider key's value by its id; throws if it cannot. */
export type OpenSecret = (providerKeyId: string) => string;

/**
 * Opens the keys of one catalogue, each for the origins that its provider has in that very catalogue: if someone moves
 * a provider to another host in the database, its keys no longer open. Values are kept in memory for 5 minutes at most.
 */
export function createSecretOpener(
  box: SecretBox,
  stored: {
    readonly catalogue: Pick<StoredCatalogue['catalogue'], 'providers'>;
    readonly secrets: readonly SealedSecret[];
  },
  monotonicMs: () => number,
): OpenSecret {
  const origins = new Map(stored.catalogue.providers.map(({ id, endpoints }) => [id, secretOrigin(endpoints)]));
  const sealed = new Map(stored.secrets.map((secret) => [secret.providerKeyId, secret]));
  const opened = new Map<string, { readonly value: string; readonly until: number }>();
  return (providerKeyId) => {
    const now = monotonicMs();
    const kept = opened.get(providerKeyId);
    if (kept !== undefined && kept.until > now) return kept.value;
    const secret = sealed.get(providerKeyId);
    const origin = secret && origins.get(secret.providerId);
    if (secret === undefined || origin === undefined) throw new Error(`no secret is stored for key ${providerKeyId}`);
    const value = box.open({ ...secret, origin });
    opened.set(providerKeyId, { value, until: now + KEPT_MS });
    return value;
  };
}
