import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { Quantities, UsageSource } from '../canonical/usage.ts';
import type { JsonBody } from './json/json-body.ts';
import type { FramedEvent } from './stream/framed-event.ts';

/** Every endpoint that takes a model; the id is what routes, logs and metrics call it. */
export type OperationId =
  | 'chat.completions'
  | 'completions'
  | 'embeddings'
  | 'responses'
  | 'messages'
  | 'messages.count_tokens'
  | 'gemini.generateContent'
  | 'gemini.streamGenerateContent'
  | 'gemini.countTokens';

/** Endpoints beside chat that a deployment must declare. */
type DeclaredEndpoint = 'completions' | 'embeddings';

/** One endpoint of a protocol, as data. */
export interface Operation {
  readonly id: OperationId;
  readonly protocol: ProtocolId;
  /** Served only by providers that declare it; `undefined`: by all that speak the protocol. */
  readonly declared: DeclaredEndpoint | undefined;
  readonly modelIn: 'body' | 'path';
  /** `field`: the body's `stream` says so. */
  readonly streams: 'field' | 'always' | 'never';
  /** Top-level fields that cap the output, in order of precedence. */
  readonly outputCapFields: readonly string[];
  /** Path and query below the provider's base URL. */
  upstreamPath(model: string, asked: AskedPath): string;
  /** The wire reply read for the record; `undefined` when it is not this protocol's reply. */
  readReply(body: JsonBody, quirks: TapQuirks): ReplyFacts | undefined;
}

/** The caller's path, normalised, and query, without credentials and `?`. */
export interface AskedPath {
  readonly path: string;
  readonly query: string;
}

/** The quirks that concern reading usage. */
export interface TapQuirks {
  readonly reasoningOutside: boolean;
  readonly zeroInputInDelta: boolean;
}

/** What a reply says about itself. */
export interface ReplyFacts {
  readonly usage: TappedUsage;
  readonly finishReason: string | undefined;
  readonly responseModel: string | undefined;
  /** The upstream's own id of the reply. */
  readonly upstreamId: string | undefined;
}

/** Usage as read from the wire. */
export interface TappedUsage {
  readonly quantities: Quantities;
  readonly source: UsageSource;
  /** The report as it came, kept only when it was rejected. */
  readonly raw: string | undefined;
}

/** No usage was reported. */
export const NO_USAGE: TappedUsage = { quantities: {}, source: 'none', raw: undefined };

/**
 * What an event is to the relay. `preamble`: no content, kept back until content comes. `content`. `finish`: says how the
 * answer ended and is kept back until the end. `usage-only`: the extra usage chunk of chat. `terminal`: the last event.
 * `error`: the upstream gave up. `ignored`: has no place in this protocol and is not passed on.
 */
export type EventRole = 'preamble' | 'content' | 'finish' | 'usage-only' | 'terminal' | 'error' | 'ignored';

/** Reads a stream as it passes; changes nothing. One per attempt. */
export interface StreamTap {
  role(event: FramedEvent): EventRole;
  /** A finish has been seen, so that a clean end without a terminator is still a whole answer. */
  readonly finished: boolean;
  /** The error's own text, once `role` has said `error`. */
  readonly errorText: string | undefined;
  /** What the error event of a stream that fails continues (Responses only). */
  readonly position: StreamPosition | undefined;
  facts(): ReplyFacts;
}

/** Where a Responses stream stands. */
export interface StreamPosition {
  /** Of the last event that was passed on. */
  readonly sequenceNumber: number | undefined;
  /** The response object as last announced. */
  readonly response: Readonly<Record<string, unknown>> | undefined;
}

/** A wire protocol: its endpoints, its streams, and the headers it may carry. */
export interface Protocol {
  readonly id: ProtocolId;
  readonly operations: readonly Operation[];
  /**
   * Tested on a whole chunk (as Latin-1 text) once content flows: no match means that no event in it ends the answer,
   * carries usage, is an error or claims to be ours, so that the chunk passes without being read.
   */
  readonly interesting: RegExp;
  /** Where a reply names its model. */
  readonly modelField: 'model' | 'modelVersion';
  /** A clean end after the finish is a whole answer, even if the terminator is missing. */
  readonly terminatorOptional: boolean;
  createTap(quirks: TapQuirks): StreamTap;
}
