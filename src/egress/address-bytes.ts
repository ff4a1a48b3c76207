import { isIPv4, isIPv6 } from 'node:net';

/** The 4 or 16 bytes of an address as `net` and `URL` write it; a v4-mapped IPv6 address gives its 4 bytes. `undefined` for anything else, zone ids included. */
export function addressBytes(text: string): readonly number[] | undefined {
  if (isIPv4(text)) return text.split('.').map(Number);
  if (text.includes('%') || !isIPv6(text)) return undefined;
  const bytes = ipv6Bytes(text);
  return isV4Mapped(bytes) ? bytes.slice(12) : bytes;
}

/** Expects what `isIPv6` accepts: at most one `::`, an optional dotted IPv4 tail. */
function ipv6Bytes(text: string): number[] {
  const gap = text.indexOf('::');
  if (gap < 0) return groupBytes(text);
  const left = groupBytes(text.slice(0, gap));
  const right = groupBytes(text.slice(gap + 2));
  return [...left, ...new Array<number>(16 - left.length - right.length).fill(0), ...right];
}

function groupBytes(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function isV4Mapped(bytes: readonly number[]): boolean {
  return bytes[10] === 0xff && bytes[11] === 0xff && bytes.slice(0, 10).every((byte) => byte === 0);
}
