import { BlockList, isIP } from 'node:net';

/** Finds the address of the client behind listed proxies; `X-Forwarded-For` from anybody else counts for nothing. */
export class ClientAddress {
  private readonly trusted = new BlockList();
  private readonly none: boolean;

  /** `trustedProxies`: addresses or CIDR ranges. */
  constructor(trustedProxies: readonly string[]) {
    this.none = trustedProxies.length === 0;
    for (const entry of trustedProxies) {
      const [address = '', prefix] = entry.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      this.trusted.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family);
    }
  }

  /** The rightmost hop that is not a listed proxy, starting from the socket's own address. */
  of(socketAddress: string | undefined, forwardedFor: string | undefined): string {
    const peer = plain(socketAddress ?? '');
    if (this.none || forwardedFor === undefined || !this.isTrusted(peer)) return peer;
    let client = peer;
    for (const hop of forwardedFor.split(',').reverse()) {
      const address = plain(hop.trim());
      if (isIP(address) === 0) return client;
      client = address;
      if (!this.isTrusted(address)) return client;
    }
    return client;
  }

  /** Whether this peer is a listed proxy. */
  isTrusted(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** An IPv4 address that a dual-stack socket reports in IPv6 form. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** Whether an address is this machine's own loopback. */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
