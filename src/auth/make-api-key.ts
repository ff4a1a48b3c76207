import { randomBytes } from 'node:crypto';
import { BASE62_DIGITS, encodeBase62 } from '../lib/base62.ts';
import { crc32 } from '../lib/crc32.ts';
import { hashApiKeySecret } from './hash-api-key.ts';
import type { Pepper } from './pepper.ts';

/** A fresh key: the token, which is shown once and kept nowhere, and what the store keeps of it. */
export interface MadeApiKey {
  readonly token: string;
  readonly id: string;
  readonly secretHmac: Uint8Array;
  readonly pepperId: string;
  readonly last4: string;
}

/** Makes a key of the form of {@link createKeyParser}: 71 random bits of id, 256 of secret, and the checksum. */
export function makeApiKey(options: { prefix: string; mode: 'live' | 'test'; pepper: Pepper }): MadeApiKey {
  const id = randomBase62(12);
  const secret = encodeBase62(BigInt(`0x${randomBytes(32).toString('hex')}`), 43);
  const body = `${options.prefix}_${options.mode}_${id}_${secret}`;
  const token = body + encodeBase62(BigInt(crc32(body)), 6);
  return {
    token,
    id,
    secretHmac: hashApiKeySecret(secret, options.pepper.key),
    pepperId: options.pepper.id,
    last4: token.slice(-4),
  };
}

/** Bytes from 248 up are thrown away, else the first digits would be likelier than the last. */
function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += BASE62_DIGITS.charAt(byte % 62);
    }
  }
  return text;
}
