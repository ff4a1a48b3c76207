/** The wire protocols of the first release. `openai-misc` endpoints belong to `openai-chat`. */
export const PROTOCOL_IDS = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const;

/** A wire protocol that a client or an upstream speaks. */
export type ProtocolId = (typeof PROTOCOL_IDS)[number];
