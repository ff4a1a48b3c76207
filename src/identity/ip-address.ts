/** An IP address in binary: 4 bytes, or 16. An IPv4-mapped IPv6 address is the IPv4 address that it carries. */
export type IpBytes = readonly number[];

/** Parses an address as text; a zone (`%eth0`) is dropped. `undefined` for anything that is not one. */
export function parseIpAddress(text: string): IpBytes | undefined {
  if (!text.includes(':')) return parseV4(text);
  const bytes = parseV6(text.split('%', 1)[0] ?? '');
  return bytes !== undefined && isMapped(bytes) ? bytes.slice(12) : bytes;
}

/** `::ffff:0:0/96`, RFC 4291 section 2.5.5.2. */
function isMapped(bytes: IpBytes): boolean {
  return bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}

/** Four decimal numbers and nothing else: octal and short forms mean different addresses to different parsers. */
function parseV4(text: string): IpBytes | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseV6(text: string): IpBytes | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = parseGroups(halves[1] ?? '', true);
  if (head === undefined || tail === undefined) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  const missing = 16 - head.length - tail.length;
  if (missing < 2) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

/** Groups of up to four hex digits; the last may be an IPv4 address where `v4AtEnd`. Empty text is no group. */
function parseGroups(text: string, v4AtEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const parsed = parseGroup(group, v4AtEnd && index === groups.length - 1);
    if (parsed === undefined) return undefined;
    bytes.push(...parsed);
  }
  return bytes;
}

function parseGroup(group: string, v4Allowed: boolean): IpBytes | undefined {
  if (v4Allowed && group.includes('.')) return parseV4(group);
  if (!/^[0-9A-Fa-f]{1,4}$/.test(group)) return undefined;
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
