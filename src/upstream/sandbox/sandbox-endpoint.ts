import type { JsonObject } from './json-shape.ts';

/** A request to the sandbox, parsed. */
export interface SandboxRequest {
  /** Path as appended to the base URL, query included. */
  readonly path: string;
  readonly body: JsonObject;
  /** Size of the body, from which the input tokens are estimated. */
  readonly bodyBytes: number;
  /** Epoch seconds. */
  readonly now: number;
}

/** An answer in full; the chunks leave one by one with `gapMs` between them. */
export interface SandboxReply {
  readonly status: number;
  readonly contentType: string;
  readonly chunks: readonly string[];
  readonly gapMs: number;
}

/** One simulated endpoint. */
export interface SandboxEndpoint {
  /** Whether it serves this path, given without query and without a leading `/v1`. */
  readonly serves: (path: string) => boolean;
  readonly answer: (request: SandboxRequest) => SandboxReply;
  /** An error in this protocol's own shape. */
  readonly error: (status: number, message: string) => unknown;
}

/** A whole JSON answer. */
export function jsonReply(value: unknown, { status = 200, delayMs = 0 } = {}): SandboxReply {
  return { status, contentType: 'application/json', chunks: [JSON.stringify(value)], gapMs: delayMs };
}

/** An event stream. */
export function streamReply(chunks: readonly string[], gapMs: number): SandboxReply {
  return { status: 200, contentType: 'text/event-stream; charset=utf-8', chunks, gapMs };
}
