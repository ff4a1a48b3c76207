/**
 * The closed error table: one row a code, one place for status, retry advice and the words of each protocol.
 * A test holds this list and `docs/errors.md` equal.
 */

/** What a row says: HTTP status, OpenAI type and code, Anthropic type, Gemini status, and what the client should do. */
interface ErrorRow {
  readonly http: number;
  readonly openaiType: string;
  /** The OpenAI `code`; the code itself unless the field has another name for it. */
  readonly openaiCode?: string;
  readonly anthropicType: string;
  /** Anthropic's clients know 529 for overload. */
  readonly anthropicHttp?: number;
  readonly geminiStatus: string;
  /** `no`: permanent, `x-should-retry: false`. `after`: transient, always with `Retry-After`. */
  readonly retry: 'no' | 'after' | 'unsaid';
}

const caller = (http: number, anthropicType: string, geminiStatus: string, retry: ErrorRow['retry'] = 'no') =>
  ({ http, openaiType: 'invalid_request_error', anthropicType, geminiStatus, retry }) as const;
const INVALID = 'invalid_request_error';
const ARGUMENT = 'INVALID_ARGUMENT';
const PRECONDITION = 'FAILED_PRECONDITION';

/** All codes a caller can meet. */
export const ERRORS = {
  invalid_request: caller(400, INVALID, ARGUMENT, 'unsaid'),
  unsupported_feature: caller(400, INVALID, ARGUMENT),
  context_length_exceeded: caller(400, INVALID, ARGUMENT, 'unsaid'),
  content_policy: { ...caller(400, 'policy_blocked', PRECONDITION), openaiCode: 'content_policy_violation' },
  body_too_large: caller(400, INVALID, ARGUMENT, 'unsaid'),
  loop_detected: caller(400, INVALID, ARGUMENT),
  invalid_api_key: caller(401, 'authentication_error', 'UNAUTHENTICATED'),
  insufficient_credit: { ...caller(402, 'billing_error', PRECONDITION), openaiType: 'insufficient_quota' },
  budget_exceeded: { ...caller(402, 'billing_error', PRECONDITION), openaiType: 'insufficient_quota' },
  permission_denied: caller(403, 'permission_error', 'PERMISSION_DENIED'),
  account_suspended: caller(403, 'permission_error', 'PERMISSION_DENIED'),
  model_not_found: caller(404, 'not_found_error', 'NOT_FOUND'),
  model_ambiguous: caller(404, 'not_found_error', 'NOT_FOUND'),
  no_provider_matches: caller(404, 'not_found_error', 'NOT_FOUND'),
  endpoint_not_supported: caller(404, 'not_found_error', 'NOT_FOUND'),
  not_found: caller(404, 'not_found_error', 'NOT_FOUND'),
  method_not_allowed: caller(405, INVALID, ARGUMENT),
  request_too_large: caller(413, 'request_too_large', ARGUMENT, 'unsaid'),
  unsupported_encoding: caller(415, INVALID, ARGUMENT),
  unknown_host: caller(421, INVALID, ARGUMENT),
  rate_limited: limited(),
  concurrency_limited: limited(),
  internal_error: server(500, 'api_error', 'INTERNAL', 'unsaid'),
  not_supported: server(501, 'not_supported', 'UNIMPLEMENTED', 'no'),
  upstream_error: server(502, 'api_error', 'UNAVAILABLE'),
  upstream_credentials_exhausted: server(502, 'api_error', 'UNAVAILABLE'),
  overloaded: { ...server(503, 'overloaded_error', 'UNAVAILABLE'), anthropicHttp: 529 },
  no_provider_available: {
    ...server(503, 'overloaded_error', 'UNAVAILABLE'),
    openaiCode: 'overloaded',
    anthropicHttp: 529,
  },
  shutting_down: server(503, 'api_error', 'UNAVAILABLE'),
  state_unavailable: server(503, 'api_error', 'UNAVAILABLE'),
  upstream_timeout: { ...server(504, 'timeout_error', 'DEADLINE_EXCEEDED', 'unsaid'), openaiCode: 'timeout' },
  gateway_loop: server(508, 'api_error', PRECONDITION, 'no'),
  upstream_cut: server(503, 'overloaded_error', 'UNAVAILABLE', 'unsaid'),
  idle_timeout: server(503, 'overloaded_error', 'UNAVAILABLE', 'unsaid'),
  revoked_cut: server(503, 'overloaded_error', 'UNAVAILABLE', 'unsaid'),
  drain_cut: server(503, 'overloaded_error', 'UNAVAILABLE', 'unsaid'),
} as const satisfies Record<string, ErrorRow>;

function limited(): ErrorRow {
  return {
    http: 429,
    openaiType: 'rate_limit_error',
    openaiCode: 'rate_limit_exceeded',
    anthropicType: 'rate_limit_error',
    geminiStatus: 'RESOURCE_EXHAUSTED',
    retry: 'after',
  };
}

function server(
  http: number,
  anthropicType: string,
  geminiStatus: string,
  retry: ErrorRow['retry'] = 'after',
): ErrorRow {
  return { http, openaiType: 'server_error', anthropicType, geminiStatus, retry };
}

/** A code of the closed table. */
export type ErrorCode = keyof typeof ERRORS;

/** The table's row of a code. */
export function errorRow(code: ErrorCode): ErrorRow {
  return ERRORS[code];
}

/** What may vary between two errors of one code. */
export interface ErrorDetails {
  /** For the caller: what is wrong, who says so, and what to do. Never a provider's text of a 5xx. */
  readonly message: string;
  /** The field of the request that is at fault. */
  readonly param?: string | undefined;
  /** Whole seconds, 1 to 60; the table decides whether it is sent. */
  readonly retryAfterSeconds?: number | undefined;
  /** For logs only. */
  readonly internal?: string | undefined;
}

/** The one error class: a closed code, a public text and an internal one. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly internal: string | undefined;

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(details.message);
    this.code = code;
    this.param = details.param;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.internal = details.internal;
  }
}

/** Makes a {@link GatewayError}. */
export function gatewayError(
  code: ErrorCode,
  message: string,
  details: Omit<ErrorDetails, 'message'> = {},
): GatewayError {
  return new GatewayError(code, { ...details, message });
}
