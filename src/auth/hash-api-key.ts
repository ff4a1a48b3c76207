import { createHmac, type KeyObject } from 'node:crypto';

/** What the store keeps of a key's secret: HMAC-SHA-256 of its 43 characters under the pepper, 32 bytes. */
export function hashApiKeySecret(secret: string, pepper: KeyObject): Uint8Array {
  return createHmac('sha256', pepper).update(secret, 'latin1').digest();
}
