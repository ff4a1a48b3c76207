import { addressBytes } from './address-bytes.ts';

/**
 * What may be connected to. `public`: always; `private`: only with an operator's allowlist entry; `never`: not even with
 * one (cloud metadata, multicast, reserved and transition addresses, and whatever is no address).
 */
export type AddressJudgement = 'public' | 'private' | 'never';

interface Range {
  readonly prefix: readonly number[];
  readonly bits: number;
  readonly judgement: AddressJudgement;
}

const V4_RANGES = ranges({
  never: [
    '0.0.0.0/8',
    '169.254.0.0/16',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/3',
    '168.63.129.16/32', // Azure's host
    '100.100.100.200/32', // Alibaba's metadata, inside the shared range
  ],
  private: ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '198.18.0.0/15'],
});

const V6_RANGES = ranges({
  never: [
    '2001::/23', // Teredo, benchmarking, ORCHID
    '2001:db8::/32',
    '2002::/16', // 6to4
    '3fff::/20',
    'fd00:ec2::254/128', // AWS metadata
    'fd20:ce::254/128', // Google metadata
  ],
  private: ['::1/128', 'fc00::/7'],
});

const GLOBAL_UNICAST = range('2000::/3', 'public');
const NAT64 = range('64:ff9b::/96', 'public');

/** Judges an address as the parser, the resolver or the socket writes it. `nat64`: an IPv6-only host reaches IPv4 through 64:ff9b::/96. */
export function judgeAddress(address: string, { nat64 = false } = {}): AddressJudgement {
  const bytes = addressBytes(address);
  if (bytes === undefined) return 'never';
  if (bytes.length === 4) return judgeV4(bytes);
  if (nat64 && matches(bytes, NAT64)) return judgeV4(bytes.slice(12));
  const listed = V6_RANGES.find((each) => matches(bytes, each))?.judgement;
  const judged = listed ?? (matches(bytes, GLOBAL_UNICAST) ? 'public' : 'never');
  return isIsatap(bytes) ? stricter(judged, judgeV4(bytes.slice(12))) : judged;
}

function judgeV4(bytes: readonly number[]): AddressJudgement {
  return V4_RANGES.find((each) => matches(bytes, each))?.judgement ?? 'public';
}

/** RFC 5214: the interface id is 0000:5efe or 0200:5efe, then the IPv4 address that a tunnel would deliver to. */
function isIsatap(bytes: readonly number[]): boolean {
  return (bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
}

function stricter(a: AddressJudgement, b: AddressJudgement): AddressJudgement {
  if (a === 'never' || b === 'never') return 'never';
  return a === 'private' || b === 'private' ? 'private' : 'public';
}

function matches(bytes: readonly number[], { prefix, bits }: Range): boolean {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (bytes[i] !== prefix[i]) return false;
  const rest = bits & 7;
  if (rest === 0) return true;
  return (bytes[whole] ?? 0) >> (8 - rest) === (prefix[whole] ?? 0) >> (8 - rest);
}

/** `never` comes first, so that a listed address inside a private range is refused. */
function ranges(lists: { never: readonly string[]; private: readonly string[] }): readonly Range[] {
  return [...lists.never.map((cidr) => range(cidr, 'never')), ...lists.private.map((cidr) => range(cidr, 'private'))];
}

function range(cidr: string, judgement: AddressJudgement): Range {
  const [address = '', bits] = cidr.split('/');
  const prefix = addressBytes(address);
  if (prefix === undefined) throw new Error(`not a CIDR range: ${cidr}`);
  return { prefix, bits: Number(bits), judgement };
}
