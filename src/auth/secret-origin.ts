import type { Provider } from '../routing/catalogue.ts';

/** The origins (scheme, host, port) that a provider's keys may be sent to: sorted, each once, space separated. */
export function secretOrigin(endpoints: Provider['endpoints']): string {
  const origins = Object.values(endpoints).map((url) => new URL(url).origin);
  return [...new Set(origins)].sort().join(' ');
}
