/**
 * The seam between the egress connections and whoever sends a request over one. It names what the HTTP client under it
 * calls, without naming its types, so that the client can be replaced.
 */

/** A request in wire terms. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  /** Flat pairs; host and connection headers, and the length, are added below. */
  readonly headers: string[];
  /** In one piece or, written one after the other, in several. */
  readonly body: Uint8Array | readonly Uint8Array[] | null;
}

/** Stops and restarts reading. Calling `resume` from inside a data callback of any exchange is not allowed. */
export interface WireController {
  pause(): void;
  resume(): void;
}

/** Parsed response headers: lower-case names, repeated headers as lists. */
export type WireHeaders = Record<string, string | string[] | undefined>;

/** What a connection calls while a request runs. `onResponseError` may come synchronously from `dispatch`. */
export interface WireHandler {
  /** The request is about to be written. */
  onRequestStart(controller: WireController): void;
  /** The first byte of a response has come. */
  onResponseStarted(): void;
  /** Also called for 1xx responses. */
  onResponseStart(controller: WireController, status: number, headers: WireHeaders): void;
  onResponseData(controller: WireController, chunk: Uint8Array): void;
  onResponseEnd(): void;
  onResponseError(controller: WireController | null, error: Error): void;
}
