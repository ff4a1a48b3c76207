import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { WrappedDataKey } from '../storage/ports/data-key-store.ts';
import { openBytes, sealBytes } from './aes-gcm.ts';
import { sealContext } from './seal-context.ts';

const KEY_BYTES = 32;

/** The key that wraps the data keys. It lives outside the database, and so do its backups. */
export interface KeyEncryptionKey {
  /** 8 hex digits, derived from the key. */
  readonly id: string;
  /** Kept in the store; a node with another key is refused at its start. 32 hex digits. */
  readonly checkValue: string;
  wrap(dataKey: Uint8Array, of: DataKeyIdentity): Uint8Array;
  /** Throws if it was wrapped by another key, or for another tenant or generation. */
  unwrap(wrapped: WrappedDataKey): KeyObject;
}

/** What a wrapped data key is bound to. */
export type DataKeyIdentity = Pick<WrappedDataKey, 'id' | 'tenant' | 'generation'>;

/** Makes the key from exactly 32 bytes; throws RangeError otherwise. */
export function createKeyEncryptionKey(bytes: Uint8Array): KeyEncryptionKey {
  if (bytes.length !== KEY_BYTES)
    throw new RangeError(`the secret key has ${bytes.length} bytes and needs ${KEY_BYTES}`);
  const root = createSecretKey(bytes);
  // The key itself is used for nothing: what is written into the store comes from keys derived for one purpose each.
  const derive = (label: string) => createHmac('sha256', root).update(label);
  const wrapping = createSecretKey(derive('saola wrap data keys').digest());
  const context = ({ id, tenant, generation }: DataKeyIdentity) =>
    sealContext('saola data key', tenant, id, String(generation));
  return {
    id: derive('saola secret key id').digest('hex').slice(0, 8),
    checkValue: derive('saola secret key check').digest('hex').slice(0, 32),
    wrap: (dataKey, of) => sealBytes(wrapping, dataKey, context(of)),
    unwrap: (wrapped) => createSecretKey(openBytes(wrapping, wrapped.wrapped, context(wrapped))),
  };
}
