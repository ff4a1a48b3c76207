import { timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '../identity/api-key.ts';
import { ipInRanges } from '../identity/ip-match.ts';
import type { ParsedKey } from '../identity/key-format.ts';
import { hashApiKeySecret } from './hash-api-key.ts';
import type { LoadedKey } from './key-ring.ts';
import type { Pepper } from './pepper.ts';

const DUMMY_HMAC = new Uint8Array(32);

/** Makes the comparison of a token's secret with a stored key, in constant time. No key: compares with a dummy and answers no. */
export function createSecretVerifier(
  peppers: readonly Pepper[],
): (key: ApiKey | undefined, parsed: ParsedKey) => boolean {
  const [first] = peppers;
  if (first === undefined) throw new RangeError('at least one key pepper is needed');
  const byId = new Map(peppers.map((pepper) => [pepper.id, pepper]));
  return (key, parsed) => {
    const pepper = key === undefined ? undefined : byId.get(key.pepperId);
    const usable =
      key !== undefined && pepper !== undefined && key.mode === parsed.mode && key.secretHmac.length === 32;
    const actual = hashApiKeySecret(parsed.secret, (pepper ?? first).key);
    return timingSafeEqual(actual, usable ? key.secretHmac : DUMMY_HMAC) && usable;
  };
}

/** Whether a key may be used from an address. */
export function addressAllowed(entry: LoadedKey, remoteAddress: string): boolean {
  return entry.ranges === undefined || ipInRanges(entry.ranges, remoteAddress);
}
