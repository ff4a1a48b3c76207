import path from 'node:path';
import { uuidV7 } from '../lib/uuid-v7.ts';
import type { SealedSecret, StoredCatalogue } from '../storage/ports/catalogue-store.ts';
import type { Installation } from '../storage/ports/installation-store.ts';
import type { Store } from '../storage/ports/store.ts';
import { decodeSecret } from './decode-secret.ts';
import { createKeyEncryptionKey } from './key-encryption-key.ts';
import { createPepper, type Pepper } from './pepper.ts';
import { openSecretBox, type PlainSecret } from './secret-box.ts';
import { createSecretFile, readSecretFile } from './secret-file.ts';
import { createSecretOpener, type OpenSecret } from './secret-opener.ts';
import { SecretsRefusal } from './secrets-refusal.ts';

/** Where the secrets come from: given values (base64 or hex), else files in the data directory. */
export interface SecretSettings {
  readonly dataDir: string;
  /** SAOLA_SECRET_KEY: 32 bytes. */
  readonly secretKey?: string | undefined;
  /** SAOLA_KEY_PEPPER: 32 bytes or more. */
  readonly keyPepper?: string | undefined;
  /** The prefix word of client keys; counts at the first start only. */
  readonly keyPrefix?: string | undefined;
}

/** The secrets of an installation, ready for use; their bytes are not in it. */
export interface Secrets {
  readonly pepper: Pepper;
  seal(secret: PlainSecret): SealedSecret;
  /** Opens provider keys for the origins that their providers have in this catalogue. */
  opener(stored: Pick<StoredCatalogue, 'catalogue' | 'secrets'>): OpenSecret;
}

/** What is needed of a store. */
type SecretsStore = Pick<Store, 'installation' | 'dataKeys'>;

/**
 * Loads the secrets, making them at the first start of an installation. Throws a SecretsRefusal that says what to do if one is
 * missing, too short, readable by others, or not the one that this installation began with.
 */
export async function loadSecrets(options: {
  readonly store: SecretsStore;
  readonly settings: SecretSettings;
}): Promise<{ readonly secrets: Secrets; readonly installation: Installation }> {
  const { store, settings } = options;
  const existing = await store.installation.load();
  const secretOf = (source: SecretSource) => loadOne(source, settings.dataDir, existing !== undefined);
  const kek = createKeyEncryptionKey(secretOf({ value: settings.secretKey, ...SECRET_KEY }));
  const pepper = createPepper(secretOf({ value: settings.keyPepper, ...KEY_PEPPER }));
  const nowMs = Date.now();
  const installation = await store.installation.ensure({
    id: uuidV7(nowMs),
    createdAt: nowMs,
    keyPrefix: settings.keyPrefix ?? 'saola',
    secretKeyCheck: kek.checkValue,
    pepperCheck: pepper.checkValue,
  });
  if (installation.secretKeyCheck !== kek.checkValue) throw wrongSecret(SECRET_KEY);
  if (installation.pepperCheck !== pepper.checkValue) throw wrongSecret(KEY_PEPPER);
  const box = await openSecretBox(kek, store.dataKeys, nowMs);
  const secrets: Secrets = {
    pepper,
    seal: box.seal,
    opener: (stored) => createSecretOpener(box, stored, () => performance.now()),
  };
  return { secrets, installation };
}

interface SecretNames {
  readonly variable: string;
  readonly file: string;
}

interface SecretSource extends SecretNames {
  readonly value: string | undefined;
}

const SECRET_KEY: SecretNames = { variable: 'SAOLA_SECRET_KEY', file: 'secret.key' };
const KEY_PEPPER: SecretNames = { variable: 'SAOLA_KEY_PEPPER', file: 'key.pepper' };

/** A secret is made only for a store that has none: a new one could open nothing of an old store. */
function loadOne({ value, variable, file }: SecretSource, dataDir: string, inUse: boolean): Uint8Array {
  if (value !== undefined) return decodeSecret(value, variable);
  const where = path.join(dataDir, file);
  const found = readSecretFile(where);
  if (found !== undefined) return found;
  if (!inUse) return createSecretFile(where);
  throw new SecretsRefusal(
    `${where} is missing, and this store was begun with one: put the file back, or set ${variable} to its content`,
  );
}

function wrongSecret({ variable, file }: SecretNames): SecretsRefusal {
  return new SecretsRefusal(
    `the secret in ${variable} or ${file} is not the one that this store was begun with; with it nothing would open`,
  );
}
