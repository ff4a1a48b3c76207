import type { Outcome } from '../canonical/end-state.ts';
import type { AttemptTimeouts, HeaderPairs, SendUpstream, UpstreamRequest } from '../canonical/exchange.ts';
import type { Operation, ReplyFacts, StreamPosition, TapQuirks } from '../protocols/protocol.ts';
import type { Failure } from '../routing/classify-failure.ts';
import type { ClientReply } from './client-reply.ts';

/** An upstream reply that may be passed on unchanged as the last word. */
export interface VerbatimReply {
  readonly status: number;
  readonly body: Uint8Array;
}

/** How an attempt ended. Every attempt ends in exactly one of these. */
export type AttemptEnd =
  /** The whole answer is here; `release` hands its last (or only) bytes to the client. */
  | { readonly type: 'delivered'; readonly facts: ReplyFacts; readonly release: () => void }
  /** Nothing of it reached the client; another attempt may follow. */
  | { readonly type: 'failed'; readonly failure: Failure; readonly reply: VerbatimReply | undefined }
  /** It broke after content had been sent: an error event, never a clean end. */
  | {
      readonly type: 'cut';
      readonly outcome: Extract<Outcome, 'upstream_cut' | 'idle_timeout' | 'drain_cut' | 'revoked_cut'>;
      readonly failure: Failure | undefined;
      readonly facts: ReplyFacts;
      readonly position: StreamPosition | undefined;
    }
  | { readonly type: 'client_gone'; readonly facts: ReplyFacts | undefined };

/** What an attempt needs to run. */
export interface AttemptInput {
  readonly operation: Operation;
  readonly upstream: UpstreamRequest;
  readonly send: SendUpstream;
  readonly reply: ClientReply;
  readonly quirks: TapQuirks & { readonly onDisconnect: 'cancel' | 'drain' };
  readonly framing: 'sse' | 'json-array';
  /** The usage chunk was asked for by us, so that the client must not see it. */
  readonly hideUsageChunk: boolean;
  /** Rewrites the reply's model name to this one (deployment setting `echoModel`). */
  readonly echoModel: string | undefined;
  /** Headers of the answer, made when the head goes out; `upstream` are the provider's. */
  readonly replyHeaders: (upstream: HeaderPairs) => HeaderPairs;
  readonly now: () => number;
}

/** The default timeouts of protocols.md section 5.3. */
export function attemptTimeouts(stream: boolean, own: Partial<AttemptTimeouts>, leftMs: number): AttemptTimeouts {
  const totalMs = own.totalMs ?? (stream ? 3_600_000 : 600_000);
  const atMost = (ms: number | undefined) => (ms === undefined ? undefined : Math.max(1, Math.min(ms, leftMs)));
  return {
    connectMs: Math.max(1, Math.min(own.connectMs ?? 5_000, leftMs)),
    headersMs: atMost(own.headersMs ?? (stream ? 60_000 : undefined)),
    firstByteMs: atMost(own.firstByteMs ?? (stream ? 120_000 : undefined)),
    idleMs: own.idleMs ?? 230_000,
    totalMs: stream ? totalMs : Math.max(1, Math.min(totalMs, leftMs)),
  };
}
