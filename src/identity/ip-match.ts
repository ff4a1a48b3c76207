import { type IpBytes, parseIpAddress } from './ip-address.ts';

/** A CIDR range in binary. IPv4-mapped IPv6 ranges are kept as the IPv4 ranges that they are. */
export interface IpRange {
  readonly bytes: IpBytes;
  readonly prefixBits: number;
}

/** Parses `10.0.0.0/8`, `2001:db8::/32` or a single address. `undefined` for anything else, host bits set included. */
export function parseIpRange(text: string): IpRange | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const bytes = address.includes('%') ? undefined : parseIpAddress(address);
  if (bytes === undefined || rest.length > 0) return undefined;
  const mapped = bytes.length === 4 && address.includes(':');
  const prefixBits = bits === undefined ? bytes.length * 8 : parseBits(bits, mapped);
  if (prefixBits === undefined || prefixBits > bytes.length * 8) return undefined;
  const range = { bytes, prefixBits };
  return hostBitsClear(range) ? range : undefined;
}

/** Whether an address as text lies in one of the ranges; an address that cannot be parsed lies in none. */
export function ipInRanges(ranges: readonly IpRange[], address: string): boolean {
  const bytes = parseIpAddress(address);
  return bytes !== undefined && ranges.some((range) => contains(range, bytes));
}

function parseBits(text: string, mapped: boolean): number | undefined {
  if (!/^(0|[1-9]\d{0,2})$/.test(text)) return undefined;
  const bits = Number(text) - (mapped ? 96 : 0);
  return bits >= 0 ? bits : undefined;
}

function contains({ bytes, prefixBits }: IpRange, address: IpBytes): boolean {
  if (bytes.length !== address.length) return false;
  return bytes.every((byte, index) => ((byte ^ (address[index] ?? 0)) & maskAt(index, prefixBits)) === 0);
}

function hostBitsClear({ bytes, prefixBits }: IpRange): boolean {
  return bytes.every((byte, index) => (byte & ~maskAt(index, prefixBits) & 0xff) === 0);
}

function maskAt(index: number, prefixBits: number): number {
  const bits = Math.min(8, Math.max(0, prefixBits - index * 8));
  return (0xff << (8 - bits)) & 0xff;
}
