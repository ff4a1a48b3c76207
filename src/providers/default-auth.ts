import type { AuthScheme } from '../canonical/exchange.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';

/** How a key is sent unless a preset says otherwise: the way of the protocol's inventor. */
export const DEFAULT_AUTH: Readonly<Record<ProtocolId, AuthScheme>> = {
  'openai-chat': { type: 'bearer' },
  'openai-responses': { type: 'bearer' },
  'anthropic-messages': { type: 'header', name: 'x-api-key' },
  gemini: { type: 'header', name: 'x-goog-api-key' },
};
