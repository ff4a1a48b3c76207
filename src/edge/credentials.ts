/** Where a key was found, in the order in which two different valid ones win; `?key=` comes last. */
const HEADERS = ['authorization', 'x-api-key', 'x-goog-api-key'];

/** The outcome of reading the credentials of one request. */
export type Credential =
  | { readonly type: 'token'; readonly token: string }
  | { readonly type: 'missing' }
  /** One place twice. */
  | { readonly type: 'ambiguous' }
  | { readonly type: 'in_url' };

/** The parts of a request that can carry a credential. */
export interface CredentialSource {
  /** Every header of the request, names in lower case, duplicates kept. */
  readonly headers: readonly string[];
  readonly url: UrlKeys;
  /** Gemini paths take `?key=`. */
  readonly keyInQuery: boolean;
  /** Tells a Saola key by its shape and checksum. */
  readonly isOwnKey: (token: string) => boolean;
}

/** Normalises the credentials once, before any policy. The one that is a Saola key is taken, in a fixed order. */
export function readCredential({ headers, url, keyInQuery, isOwnKey }: CredentialSource): Credential {
  if (url.misplaced || (url.keys.length > 0 && !keyInQuery)) return { type: 'in_url' };
  const found: (string | undefined)[] = [undefined, undefined, undefined, url.keys[0]];
  if (url.keys.length > 1) return { type: 'ambiguous' };
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    // Only names of these lengths can be one of ours.
    if (name.length !== 13 && name.length !== 9 && name.length !== 14) continue;
    const at = HEADERS.indexOf(name);
    if (at < 0) continue;
    if (found[at] !== undefined) return { type: 'ambiguous' };
    found[at] = at === 0 ? bearer(headers[i + 1] ?? '') : (headers[i + 1] ?? '').trim();
  }
  let first: string | undefined;
  let several = false;
  for (const token of found) {
    if (token === undefined || token === '') continue;
    if (first === undefined) first = token;
    else several = true;
  }
  if (first === undefined) return { type: 'missing' };
  if (!several) return { type: 'token', token: first };
  return { type: 'token', token: found.find((token) => token !== undefined && isOwnKey(token)) ?? first };
}

function bearer(value: string): string {
  return /^bearer[ \t]/i.test(value) ? value.slice(7).trim() : value.trim();
}

/** The keys that a query carries. */
export interface UrlKeys {
  /** Values of `key`. */
  readonly keys: readonly string[];
  /** A key under any other name; it is refused everywhere. */
  readonly misplaced: boolean;
  /** The query without `key`, byte for byte else. */
  readonly rest: string;
}

/** Names that other services read keys from. */
const OTHER_NAMES = new Set(['api_key', 'api-key', 'apikey', 'x-api-key', 'x-goog-api-key', 'access_token']);
/** A query without keys. */
export const NO_URL_KEYS: UrlKeys = { keys: [], misplaced: false, rest: '' };

/** Finds the keys in a raw query (without `?`), however its names are escaped. */
export function readUrlKeys(query: string, isOwnKey: (token: string) => boolean): UrlKeys {
  if (query === '') return NO_URL_KEYS;
  const keys: string[] = [];
  const rest: string[] = [];
  let misplaced = false;
  for (const part of query.split('&')) {
    const [name = '', ...values] = part.split('=');
    const value = unescaped(values.join('='));
    const known = unescaped(name).toLowerCase();
    if (known === 'key') keys.push(value);
    else rest.push(part);
    if (OTHER_NAMES.has(known) || (known !== 'key' && isOwnKey(value))) misplaced = true;
  }
  return { keys, misplaced, rest: rest.join('&') };
}

function unescaped(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
