import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** A pepper with the id that stored keys name it by. It lives outside the database. */
export interface Pepper {
  /** 8 hex digits, derived from the pepper, so two installations never confuse theirs. */
  readonly id: string;
  readonly key: KeyObject;
  /** Kept in the store; a node with another pepper is refused at its start. 32 hex digits. */
  readonly checkValue: string;
}

/** Makes a pepper of at least 32 bytes; throws RangeError if it is shorter. */
export function createPepper(bytes: Uint8Array): Pepper {
  if (bytes.length < 32) throw new RangeError(`the key pepper has ${bytes.length} bytes and needs at least 32`);
  const key = createSecretKey(bytes);
  const derive = (label: string) => createHmac('sha256', key).update(label).digest('hex');
  return { id: derive('saola pepper id').slice(0, 8), key, checkValue: derive('saola pepper check').slice(0, 32) };
}
