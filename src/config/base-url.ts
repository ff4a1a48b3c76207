import type { ProtocolId } from '../canonical/protocol-id.ts';

const VERSION = /\/v\d+\w*$/;

/** What is wrong with a base URL, in words that name the right one; `undefined` when it can serve. */
export function baseUrlFault(protocol: ProtocolId, text: string, privateAllowed: boolean): string | undefined {
  if (!URL.canParse(text)) return `"${text}" is not a URL`;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `"${text}" is neither https nor http`;
  if (url.username !== '' || url.password !== '')
    return 'a base URL holds no user name or password; give the key under `keys`';
  if (url.search !== '' || url.hash !== '') return 'a base URL has no query and no fragment';
  if (url.protocol === 'http:' && !privateAllowed) {
    return `"${text}" is plain http; use https, or set \`allowPrivateNetwork: true\` for a host of your own network`;
  }
  const path = url.pathname.replace(/\/+$/, '');
  const openai = protocol.startsWith('openai');
  if (openai && path === '') return `the base URL of ${protocol} ends in the version: did you mean "${url.origin}/v1"?`;
  if (!openai && VERSION.test(path)) {
    return `the base URL of ${protocol} has no version: did you mean "${url.origin}${path.replace(VERSION, '')}"?`;
  }
  return undefined;
}
