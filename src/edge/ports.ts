import type { ErrorCode, GatewayError } from '../canonical/error.ts';
import type { InboundRequest, ReplySink } from '../canonical/exchange.ts';
import type { Principal } from '../identity/api-key.ts';
import type { TokenMemo } from '../identity/token-memo.ts';
import type { RouteMatch } from './route-table.ts';

/** The outcome of authentication. */
export type AuthResult =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly reason: AuthRefusal };

/** Why a key was refused. */
export type AuthRefusal = 'malformed' | 'unknown' | 'disabled' | 'revoked' | 'expired' | 'address' | 'suspended';

/** What the edge calls; all of it arrives as arguments. */
export interface EdgePorts {
  readonly authenticate: (
    token: string,
    remoteAddress: string,
    /** The connection's own. */
    memo: TokenMemo,
  ) => AuthResult | Promise<AuthResult>;
  /** Tells a Saola key by shape and checksum, without a look-up. */
  readonly isOwnKey: (token: string) => boolean;
  readonly handleInference: (match: RouteMatch, request: InboundRequest, principal: Principal, sink: ReplySink) => void;
  readonly handleModels: (
    match: RouteMatch,
    request: InboundRequest,
    principal: Principal,
  ) => { status: number; body: unknown } | GatewayError;
  readonly metrics: () => Promise<{ contentType: string; body: string }>;
  /** `undefined` when ready, else why not. */
  readonly notReady: () => string | undefined;
  readonly openapi: () => string;
  /** The edge answered by itself: a refusal, or a list of models. Probes, health and metrics are not told. */
  readonly onAnswered: (answer: EdgeAnswer) => void;
  /** A fault of our own that was answered with 500. */
  readonly onFault: (error: unknown, requestId: string) => void;
}

/** A request that never reached the pipeline, as log and metrics know it. */
export interface EdgeAnswer {
  readonly requestId: string;
  /** The route's pattern, never the path itself; `undefined` for a path that does not exist. */
  readonly endpoint: string | undefined;
  readonly status: number;
  /** From the closed table of errors, or `malformed_request`; `undefined` for an answer that is no error. */
  readonly errorCode: ErrorCode | 'malformed_request' | undefined;
  readonly accountId: string | undefined;
  readonly keyId: string | undefined;
  readonly durationMs: number;
}

/** Limits of security.md section 6; tests shorten them. */
export interface EdgeLimits {
  readonly bodyBytesMax: number;
  readonly bufferedBytesMax: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly connectionsCheckMs: number;
  readonly connectionsPerAddressMax: number;
  readonly stallMs: number;
}

/** The defaults. */
export const EDGE_LIMITS: EdgeLimits = {
  bodyBytesMax: 32 * 1024 * 1024,
  bufferedBytesMax: 512 * 1024 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  connectionsCheckMs: 2_000,
  connectionsPerAddressMax: 256,
  stallMs: 60_000,
};
