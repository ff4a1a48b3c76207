/**
 * The narrow seam between the pipeline and the two HTTP layers (edge and upstream).
 * A request is (method, path, header pairs, body bytes), an answer is (status, header pairs, byte chunks, end | cut).
 * No socket library's type passes this file, so either HTTP layer can be replaced.
 */

/** Flat header list `[name, value, name, value, ...]`; names in lower case, order and duplicates kept. */
export type HeaderPairs = string[];

/** How a provider wants its key: a Bearer token, a header of its own, a query parameter, or nothing. */
export type AuthScheme =
  | { type: 'bearer' }
  | { type: 'header'; name: string }
  | { type: 'query'; name: string }
  | { type: 'none' };

/** One base URL of a provider, with all that is needed to open a connection to it and to sign a request. */
export interface UpstreamTarget {
  readonly providerId: string;
  /** Scheme, host, port and path prefix, without a trailing slash: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly auth: AuthScheme;
  /** Headers that the provider's data adds to every request. */
  readonly extraHeaders: HeaderPairs;
  /** An operator's allowlist entry for this host and port: private addresses and plain http are then permitted. */
  readonly allowPrivateNetwork: boolean;
  /** `true` for the vendor's own endpoint, which never gets `saola-hops`. */
  readonly vendor: boolean;
}

/** Limits of one attempt, in milliseconds. `undefined` means: no own limit, only the total counts. */
export interface AttemptTimeouts {
  readonly connectMs: number;
  readonly headersMs: number | undefined;
  /** From the headers to the first body byte; afterwards `idleMs` counts. */
  readonly firstByteMs: number | undefined;
  readonly idleMs: number | undefined;
  readonly totalMs: number;
}

/** One attempt, ready to be sent; the sender adds authentication, host, length and identity encoding. */
export interface UpstreamRequest {
  readonly target: UpstreamTarget;
  /** Names the provider key; the sender turns it into the secret. `undefined` for keyless providers. */
  readonly providerKeyId: string | undefined;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Appended to the target's base URL: `/chat/completions`, query included. */
  readonly path: string;
  readonly headers: HeaderPairs;
  /** The body in pieces, so that splices need no copy; written in order. Empty for none. */
  readonly body: readonly Uint8Array[];
  readonly timeouts: AttemptTimeouts;
}

/** Why an exchange ended without a whole answer; closed list. */
export type TransportFailure =
  | 'stale_socket' // a reused connection was reset before a byte came back
  | 'dns'
  | 'refused'
  | 'tls'
  | 'reset'
  | 'connect_timeout'
  | 'headers_timeout'
  | 'first_byte_timeout'
  | 'idle_timeout'
  | 'total_timeout'
  | 'blocked' // refused by the egress guard
  | 'encoded' // a content-encoding other than identity
  | 'too_large' // headers over their limit
  | 'cut' // the body ended before its declared end
  | 'pool_full'
  | 'aborted'; // we gave it up ourselves

/** What the sender calls, in this order: `head` at most once, `data` any number of times, then exactly one of `end` and `fail`. */
export interface UpstreamHandler {
  head(status: number, headers: HeaderPairs): void;
  /** The bytes belong to the handler; they are not reused. */
  data(chunk: Uint8Array): void;
  end(): void;
  /** `detail` is for logs only, never for a caller. */
  fail(failure: TransportFailure, detail: string): void;
}

/** A running attempt. After `abort` the handler is not called again. */
export interface UpstreamExchange {
  abort(): void;
  /** Stops reading from the upstream socket (back-pressure). */
  pause(): void;
  resume(): void;
}

/** Sends one attempt. Never throws; failures arrive at the handler, never before this call has returned. */
export type SendUpstream = (request: UpstreamRequest, handler: UpstreamHandler) => UpstreamExchange;

/** A caller's request, as the edge hands it to the pipeline: authenticated, limited and complete. */
export interface InboundRequest {
  /** UUIDv7; also the generation id. */
  readonly id: string;
  readonly method: string;
  /** Normalised path without query. */
  readonly path: string;
  /** The raw query without `?`, credentials removed; empty if none. */
  readonly query: string;
  readonly headers: HeaderPairs;
  readonly body: Uint8Array;
  readonly remoteAddress: string;
  /** Monotonic milliseconds when the head had arrived. */
  readonly startedMs: number;
  /** Epoch milliseconds, for records. */
  readonly startedAt: number;
}

/** Where the answer goes; written by the pipeline, implemented by the edge. */
export interface ReplySink {
  /** `true` once the client has left or the answer has ended. */
  readonly closed: boolean;
  /** Sends a whole answer with its length. */
  send(status: number, headers: HeaderPairs, body: Uint8Array): void;
  /** Starts a streamed answer and flushes the head. */
  head(status: number, headers: HeaderPairs): void;
  /** `false` means: stop until `onDrain`. */
  write(bytes: Uint8Array): boolean;
  end(bytes?: Uint8Array): void;
  /** Writes `bytes`, lets them flush, then closes the socket without a clean end: a cut stream never looks complete. */
  cut(bytes?: Uint8Array): void;
  /** Set by the pipeline. */
  onDrain: (() => void) | undefined;
  /**
   * Set by the pipeline; called once, before the answer ended: the client left, accepted nothing for too long, or the
   * process goes down (`drain`: the client is still there and is told).
   */
  onClose: ((reason: 'left' | 'stalled' | 'drain') => void) | undefined;
}
