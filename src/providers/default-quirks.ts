import type { ProviderQuirks } from '../canonical/provider-quirks.ts';

/** What is assumed of a host about which nothing else is known. */
export const DEFAULT_QUIRKS: ProviderQuirks = {
  streamUsage: 'option',
  reasoningOutside: false,
  zeroInputInDelta: false,
  onDisconnect: 'cancel',
  miscEndpoints: [],
};
