/** Where a key was found, in the order in which two different valid ones win. */
const HEADERS = ['authorization', 'x-api-key', 'x-goog-api-key'] as const;

/** The outcome of reading the credentials of one request. */
export type Credential =
  | { readonly type: 'token'; readonly token: string }
  | { readonly type: 'missing' }
  /** One header twice, or something that is not a Bearer token. */
  | { readonly type: 'ambiguous'; readonly header: string }
  | { readonly type: 'in_url' };

/** The parts of a request that can carry a credential. */
export interface CredentialSource {
  /** `rawHeaders` of the request: Node's own parsing silently drops or joins duplicates. */
  readonly rawHeaders: readonly string[];
  /** The raw query, without `?`. */
  readonly query: string;
  /** Gemini paths take `?key=`. */
  readonly keyInQuery: boolean;
  /** Tells a Saola key by its shape and checksum. */
  readonly isOwnKey: (token: string) => boolean;
}

/** Normalises the credentials once, before any policy. The one that is a Saola key is taken, in a fixed order. */
export function readCredential({ rawHeaders, query, keyInQuery, isOwnKey }: CredentialSource): Credential {
  const found: (string | undefined)[] = [undefined, undefined, undefined];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    // Only names of these lengths can be one of ours.
    if (name.length !== 13 && name.length !== 9 && name.length !== 14) continue;
    const at = HEADERS.indexOf(name.toLowerCase() as (typeof HEADERS)[number]);
    if (at < 0) continue;
    if (found[at] !== undefined) return { type: 'ambiguous', header: HEADERS[at] ?? '' };
    found[at] = at === 0 ? bearer(rawHeaders[i + 1] ?? '') : (rawHeaders[i + 1] ?? '').trim();
  }
  const inUrl = query.includes('key=') ? new URLSearchParams(query).get('key') : null;
  if (inUrl !== null && !keyInQuery) return { type: 'in_url' };
  const tokens = [...found, inUrl ?? undefined].filter((token) => token !== undefined && token !== '') as string[];
  const [first] = tokens;
  if (first === undefined) return { type: 'missing' };
  return { type: 'token', token: tokens.find(isOwnKey) ?? first };
}

function bearer(value: string): string {
  return /^bearer\s+/i.test(value) ? value.replace(/^bearer\s+/i, '').trim() : value.trim();
}

/** The query without `key`, byte for byte else. */
export function withoutKey(query: string): string {
  if (!query.includes('key=')) return query;
  return query
    .split('&')
    .filter((part) => !part.startsWith('key='))
    .join('&');
}
