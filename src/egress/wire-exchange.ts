import type { ConnectFailure } from './connect-failure.ts';

/** The seam between the connections of egress and whoever sends a request over one. */

/** A request in wire terms. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  /** Flat pairs, names in lower case; host, connection and length are added by the connection. */
  readonly headers: readonly string[];
  /** Written one after the other; empty for no body. */
  readonly body: readonly Uint8Array[];
}

/** The head of an answer. */
export interface WireHead {
  readonly status: number;
  /** Flat pairs, names in lower case, in the order in which they came. */
  readonly headers: string[];
  /** A coding of the body that is not identity. */
  readonly encoding: string | undefined;
}

/** Why an exchange on a connection failed. */
export type WireFailure =
  /** The request holds what must not go on a wire; nothing of it was sent. */
  | { readonly type: 'unsafe'; readonly detail: string }
  /** The head of the answer is over its limit. */
  | { readonly type: 'too_large'; readonly detail: string }
  /** The connection ended, or what came is not HTTP/1. */
  | { readonly type: 'broken'; readonly detail: string };

/**
 * What a connection calls while a request runs; `onSent` and `onFailure` may come before `dispatch` has returned. After
 * `onEnd`, `onConnectFailure`, `onFailure` and `discard` nothing more is called.
 */
export interface WireHandler {
  /** The request is being written; `reused`: on a socket that has served another one before. */
  onSent(reused: boolean): void;
  /** The first byte of an answer has come. */
  onAnswering(): void;
  onHead(head: WireHead): void;
  /** The bytes belong to the handler. */
  onData(bytes: Buffer): void;
  /** The answer is whole; the connection looks after itself. */
  onEnd(): void;
  onConnectFailure(failure: ConnectFailure): void;
  onFailure(failure: WireFailure): void;
}
