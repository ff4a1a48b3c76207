import type { GatewayError } from '../canonical/error.ts';
import type { InboundRequest, ReplySink } from '../canonical/exchange.ts';
import type { Principal } from '../identity/api-key.ts';
import type { RouteMatch } from './route-table.ts';

/** The outcome of authentication. */
export type AuthResult =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly reason: AuthRefusal };

/** Why a key was refused. */
export type AuthRefusal = 'malformed' | 'unknown' | 'disabled' | 'revoked' | 'expired' | 'address' | 'suspended';

/** What the edge calls; all of it arrives as arguments. */
export interface EdgePorts {
  readonly authenticate: (token: string, remoteAddress: string) => AuthResult | Promise<AuthResult>;
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
  /** A request was refused at the edge; the reason comes from a closed set. */
  readonly onRefused: (reason: string) => void;
  /** A fault of our own that was answered with 500. */
  readonly onFault: (error: unknown, requestId: string) => void;
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
