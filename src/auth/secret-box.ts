import type { KeyObject } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import { uuidV7 } from '../lib/uuid-v7.ts';
import type { SealedSecret } from '../storage/ports/catalogue-store.ts';
import type { DataKeyStore, WrappedDataKey } from '../storage/ports/data-key-store.ts';
import { openBytes, sealBytes } from './aes-gcm.ts';
import type { KeyEncryptionKey } from './key-encryption-key.ts';
import { sealContext } from './seal-context.ts';

/** A provider key before it is sealed. */
export interface PlainSecret extends Pick<SealedSecret, 'providerKeyId' | 'providerId' | 'origin' | 'version'> {
  readonly value: string;
}

/** Seals and opens provider keys with the platform's data key. */
export interface SecretBox {
  seal(secret: PlainSecret): SealedSecret;
  /** Throws unless provider, key id, origin and version are those it was sealed with. */
  open(sealed: SealedSecret): string;
}

const TENANT = 'platform';

/** Opens the box, making the platform's data key if there is none yet. Rejects if a data key does not unwrap. */
export async function openSecretBox(kek: KeyEncryptionKey, store: DataKeyStore, nowMs: number): Promise<SecretBox> {
  const found = (await store.list()).filter((key) => key.tenant === TENANT);
  const wrapped = found.length > 0 ? found : [await store.ensure(freshDataKey(kek, nowMs))];
  const keys = new Map<string, KeyObject>(wrapped.map((key) => [key.id, kek.unwrap(key)]));
  const newest = wrapped.reduce((best, key) => (key.generation > best.generation ? key : best));
  const keyOf = (dataKeyId: string): KeyObject => {
    const key = keys.get(dataKeyId);
    if (key === undefined) throw new Error(`data key ${dataKeyId} is not known here`);
    return key;
  };
  return {
    seal({ value, ...of }) {
      const sealed = sealBytes(keyOf(newest.id), Buffer.from(value, 'utf8'), contextOf(of));
      return { ...of, dataKeyId: newest.id, sealed };
    },
    open: (sealed) =>
      Buffer.from(openBytes(keyOf(sealed.dataKeyId), sealed.sealed, contextOf(sealed))).toString('utf8'),
  };
}

function freshDataKey(kek: KeyEncryptionKey, nowMs: number): WrappedDataKey {
  const of = { id: uuidV7(nowMs), tenant: TENANT, generation: 1n };
  return { ...of, kekId: kek.id, wrapped: kek.wrap(randomBytes(32), of), createdAt: nowMs };
}

/** A ciphertext that is copied to another tenant, provider, key or origin, or brought back later, does not open. */
function contextOf(of: Omit<PlainSecret, 'value'>): Uint8Array {
  return sealContext('saola provider key', TENANT, of.providerId, of.providerKeyId, of.origin, String(of.version));
}
