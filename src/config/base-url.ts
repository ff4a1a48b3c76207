import type { ProtocolId } from '../canonical/protocol-id.ts';
import { type IpRange, ipInRanges, parseIpRange } from '../identity/ip-match.ts';

const VERSION = /\/v\d+\w*$/;
/** What people copy along from a documentation page: the path of one operation. */
const OPERATION = /\/(chat\/completions|completions|responses|embeddings|models|messages)$/;
const LOCAL_NAME = /^[^.]+$|\.(localhost|local|internal|home\.arpa)$/;
const PRIVATE_RANGES = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1',
  'fc00::/7',
]
  .map(parseIpRange)
  .filter((range): range is IpRange => range !== undefined);

/** What is wrong with a base URL, in words that name the right one; `undefined` when it can serve. */
export function baseUrlFault(protocol: ProtocolId, text: string, privateAllowed: boolean): string | undefined {
  // What may hold a secret is refused before anything is repeated.
  if (text.includes('@')) return 'a base URL holds no user name or password; give the key under `keys`';
  if (/[?#]/.test(text)) return 'a base URL has no query and no fragment';
  const url = URL.parse(text);
  if (url === null) return `"${text}" is not a URL`;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `"${text}" is neither https nor http`;
  return pathFault(protocol, url) ?? (privateAllowed ? undefined : networkFault(text, url));
}

function pathFault(protocol: ProtocolId, url: URL): string | undefined {
  const openai = protocol.startsWith('openai');
  const path = url.pathname.replace(/\/+$/, '');
  const base = path.replace(OPERATION, '');
  const right = `${url.origin}${openai ? base || '/v1' : base.replace(VERSION, '')}`;
  if (base !== path) return `the base URL of ${protocol} has no operation at its end: did you mean "${right}"?`;
  if (openai && path === '') return `the base URL of ${protocol} ends in the version: did you mean "${right}"?`;
  if (!openai && VERSION.test(path)) return `the base URL of ${protocol} has no version: did you mean "${right}"?`;
  return undefined;
}

function networkFault(text: string, url: URL): string | undefined {
  const permit = 'set `allowPrivateNetwork: true` for a host of your own network';
  if (url.protocol === 'http:') return `"${text}" is plain http; use https, or ${permit}`;
  const host = url.hostname.replace(/^\[|\]$|\.$/g, '');
  if (ipInRanges(PRIVATE_RANGES, host) || LOCAL_NAME.test(host.includes(':') ? 'a.b' : host))
    return `"${text}" is a private host; ${permit}`;
  return url.port === '' ? undefined : `"${text}" has a port of its own; ${permit}`;
}
