/** Differences between providers, as data. Each has a test that shows its effect. */
export interface ProviderQuirks {
  /** How usage is obtained on chat streams: by `stream_options.include_usage`, always there, or never. */
  readonly streamUsage: 'option' | 'always' | 'none';
  /** `completion_tokens` excludes reasoning tokens (xAI). */
  readonly reasoningOutside: boolean;
  /** A 0 for input in `message_delta` after a positive base is to be ignored. */
  readonly zeroInputInDelta: boolean;
  /** What a client's disconnect does: end the upstream call, or read on to the usage. */
  readonly onDisconnect: 'cancel' | 'drain';
  /** The chat endpoint has no `/v1/completions` or `/v1/embeddings` beside it unless listed here. */
  readonly miscEndpoints: readonly MiscEndpoint[];
}

/** Endpoints of the OpenAI family that have no canonical form and only pass through. */
export type MiscEndpoint = 'completions' | 'embeddings';
