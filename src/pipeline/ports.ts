import type { GatewayError } from '../canonical/error.ts';
import type { HeaderPairs, InboundRequest, ReplySink, SendUpstream } from '../canonical/exchange.ts';
import type { Principal } from '../identity/api-key.ts';
import type { Operation } from '../protocols/protocol.ts';
import type { Health } from '../routing/health.ts';
import type { Snapshot } from '../routing/snapshot.ts';
import type { RequestRecord } from '../storage/ports/request-record.ts';
import type { VerbatimReply } from './attempt.ts';

/** One authenticated request on its way through the pipeline. */
export interface Call {
  readonly operation: Operation;
  readonly request: InboundRequest;
  readonly principal: Principal;
  /** The model named in the path (Gemini). */
  readonly pathModel: string | undefined;
  readonly sink: ReplySink;
}

/** What the pipeline is given; it opens nothing itself. */
export interface PipelineDeps {
  readonly snapshot: () => Snapshot;
  readonly health: Health;
  readonly send: SendUpstream;
  /** Sends an error in the caller's protocol; the edge knows how. */
  readonly sendError: (call: Call, error: GatewayError, extras: ErrorExtras) => void;
  /** Takes the record of a finished request: log, metrics, store. Must not throw. */
  readonly record: (record: RequestRecord, timing: RequestTiming) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly rng: () => number;
  readonly settings: PipelineSettings;
}

/** What an error answer says beside the error. */
export interface ErrorExtras {
  readonly headers: HeaderPairs;
  /** The provider's own refusal: its status and its words are sent instead of ours. */
  readonly verbatim?: VerbatimReply | undefined;
}

/** Settings that an operator may change. */
export interface PipelineSettings {
  /** Attempts in all, 1 to 5. */
  readonly attemptsMax: number;
  /** Sends `saola-attempts`, `saola-route` and `saola-overhead-ms`. */
  readonly explainHeaders: boolean;
  /** Adds `saola-provider`. */
  readonly exposeProviders: boolean;
}

/** Times that are measured but not stored. */
export interface RequestTiming {
  /** From the request's last byte to the first attempt's dispatch. */
  readonly overheadMs: number | undefined;
}
