import { BASE62_DIGITS } from '../lib/base62.ts';
import { crc32 } from '../lib/crc32.ts';

/** What a well-formed token says about itself; nothing of it is verified but the checksum. */
export interface ParsedKey {
  readonly mode: 'live' | 'test';
  /** 12 base62 characters, public. */
  readonly id: string;
  /** 43 base62 characters. */
  readonly secret: string;
}

/** Makes the parser of `<prefix>_<live|test>_<12 id>_<43 secret><6 crc>`; it answers `undefined` for anything else. */
export function createKeyParser(prefix: string): (token: string) => ParsedKey | undefined {
  if (!isKeyPrefix(prefix)) throw new RangeError(`not a key prefix: ${prefix}`);
  const pattern = new RegExp(`^${prefix}_(live|test)_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})[0-9A-Za-z]{6}$`);
  const length = prefix.length + 1 + 4 + 1 + 12 + 1 + 43 + 6;
  return (token) => {
    if (token.length !== length) return undefined;
    const parts = pattern.exec(token);
    if (parts === null || !checksumFits(token)) return undefined;
    const [, mode, id = '', secret = ''] = parts;
    return { mode: mode === 'test' ? 'test' : 'live', id, secret };
  };
}

/** A prefix word: lower-case letters, digits and hyphens, 2 to 16 characters, a letter first (`saola`, `sk-acme`). */
export function isKeyPrefix(text: string): boolean {
  return /^[a-z][a-z0-9-]{0,14}[a-z0-9]$/.test(text);
}

/** The last six characters are the CRC-32 of all before them, in base62. */
function checksumFits(token: string): boolean {
  const bodyLength = token.length - 6;
  let rest = crc32(token.slice(0, bodyLength));
  for (let at = token.length - 1; at >= bodyLength; at -= 1) {
    if (token.charCodeAt(at) !== BASE62_DIGITS.charCodeAt(rest % 62)) return false;
    rest = Math.floor(rest / 62);
  }
  return true;
}
