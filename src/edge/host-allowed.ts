import { isIP } from 'node:net';

/**
 * Whether a Host header names this machine or an address: a name that somebody else's DNS points here (rebinding) does
 * not. Asked for pages that a browser on this machine could be made to read.
 */
export function hostAllowed(host: string | undefined, allowed: readonly string[] = []): boolean {
  const name = (host ?? '')
    .trim()
    .toLowerCase()
    .replace(/:\d{1,5}$/, '');
  const address = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
  return name === 'localhost' || name.endsWith('.localhost') || isIP(address) !== 0 || allowed.includes(name);
}
