import { isIP } from 'node:net';
import { type AddressJudgement, judgeAddress } from './judge-address.ts';

/** A base URL that may be called, taken apart once; nothing else of the URL is used afterwards. */
export interface EgressTarget {
  /** Scheme, host and port as `URL.origin` writes them, without a trailing dot. */
  readonly origin: string;
  readonly secure: boolean;
  /** Name or address to connect to; an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Path of the base URL without a trailing slash; may be empty. */
  readonly pathPrefix: string;
  /** An operator's allowlist entry exists for this host and port. */
  readonly allowPrivateNetwork: boolean;
}

/** What decides beside the URL itself. */
export interface TargetPolicy {
  readonly allowPrivateNetwork: boolean;
  /** The gateway's own host names, lower case; refused without an allowlist entry. */
  readonly ownHosts: readonly string[];
  readonly nat64: boolean;
}

/** The target, or why it is refused, in words for an operator. */
export type ParsedTarget =
  | { readonly ok: true; readonly target: EgressTarget }
  | { readonly ok: false; readonly reason: string };

const URL_BYTES_MAX = 2_048;
const LOCAL_NAMES = ['localhost', 'local', 'internal', 'home.arpa'];

/** Step 2 and 3 of the outbound checks (security.md 5.2): parses a base URL and judges a literal address. */
export function parseTarget(baseUrl: string, policy: TargetPolicy): ParsedTarget {
  const badText = textFault(baseUrl);
  if (badText !== undefined) return refused(badText);
  const url = URL.parse(baseUrl);
  if (url === null) return refused('it is not a URL');
  const fault = schemeFault(url, policy) ?? hostFault(url, policy);
  if (fault !== undefined) return refused(fault);
  const host = hostOf(url);
  const port = url.port === '' ? '' : `:${url.port}`;
  return {
    ok: true,
    target: {
      origin: `${url.protocol}//${host}${port}`,
      secure: url.protocol === 'https:',
      hostname: unbracketed(host),
      port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      pathPrefix: url.pathname.replace(/\/$/, ''),
      allowPrivateNetwork: policy.allowPrivateNetwork,
    },
  };
}

/** What `URL` would silently repair or drop is refused instead, so that what an operator reads is what is called. */
function textFault(text: string): string | undefined {
  if (Buffer.byteLength(text) > URL_BYTES_MAX) return `it is longer than ${URL_BYTES_MAX} bytes`;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code === 0x7f || code === 0x5c)
      return 'it contains a space, a control character or a backslash';
  }
  if (!/^https?:\/\/[^/]/i.test(text)) return 'it does not start with https:// and a host';
  if (text.includes('#')) return 'it contains a fragment';
  if (text.includes('?')) return 'it contains a query';
  const authority = text.split('/')[2] ?? '';
  return authority.includes('@') ? 'it contains user info' : undefined;
}

function schemeFault(url: URL, { allowPrivateNetwork }: TargetPolicy): string | undefined {
  if (allowPrivateNetwork) return undefined;
  if (url.protocol !== 'https:') return 'plain http needs allowPrivateNetwork: true';
  return url.port === '' ? undefined : `port ${url.port} needs allowPrivateNetwork: true`;
}

function hostFault(url: URL, policy: TargetPolicy): string | undefined {
  const host = hostOf(url);
  if (host === '' || host.split('.').includes('')) return 'its host has an empty label';
  const literal = unbracketed(host);
  if (isIP(literal) !== 0) return literalFault(literal, policy);
  if (policy.allowPrivateNetwork) return undefined;
  if (!host.includes('.')) return 'a host name without a dot needs allowPrivateNetwork: true';
  if (LOCAL_NAMES.some((name) => host.endsWith(`.${name}`))) return 'a local host name needs allowPrivateNetwork: true';
  return policy.ownHosts.includes(host) ? "it is the gateway's own name" : undefined;
}

function literalFault(literal: string, policy: TargetPolicy): string | undefined {
  const judgement = judgeAddress(literal, { nat64: policy.nat64 });
  if (!isPermitted(judgement, policy.allowPrivateNetwork)) return `${literal} is not a public address`;
  if (policy.allowPrivateNetwork || !literal.startsWith('::ffff:')) return undefined;
  return 'an IPv4 address in IPv6 form is refused; write it as IPv4';
}

/** Whether an address of this judgement may be connected to. */
export function isPermitted(judgement: AddressJudgement, allowPrivateNetwork: boolean): boolean {
  return judgement === 'public' || (judgement === 'private' && allowPrivateNetwork);
}

/** One trailing dot means the same name to DNS and another one to TLS and to name lists. */
function hostOf(url: URL): string {
  return url.hostname.replace(/\.$/, '');
}

function unbracketed(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

function refused(reason: string): ParsedTarget {
  return { ok: false, reason };
}
