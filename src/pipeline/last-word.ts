import { type ErrorCode, type GatewayError, gatewayError } from '../canonical/error.ts';
import { isJsonFault, scanJsonBody } from '../protocols/json/json-body.ts';
import type { Failure } from '../routing/classify-failure.ts';
import { type FailureClass, failureRow } from '../routing/failure-class.ts';
import type { VerbatimReply } from './attempt.ts';

/** The codes of the classes whose reply is passed on; the rest of them is `invalid_request`. */
const VERBATIM_CODES: Partial<Record<FailureClass, ErrorCode>> = {
  context: 'context_length_exceeded',
  policy: 'content_policy',
  capability: 'unsupported_feature',
};

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  upstream_error: 'The provider of this model failed. Saola tried what the route allows; try again shortly.',
  upstream_timeout: 'The provider of this model did not answer in time.',
  upstream_credentials_exhausted:
    "Saola's own access to the provider of this model is refused or used up. Your key is fine; the operator has to act.",
  rate_limited:
    'The provider of this model is limiting requests (the limit is not yours). Try again after the given time.',
  overloaded: 'The provider of this model is overloaded. Try again after the given time.',
  no_provider_available: 'No provider can serve this model right now.',
  context_length_exceeded: 'The prompt is longer than the context window of this model.',
  content_policy: 'The provider refused the prompt under its content policy.',
  invalid_request: 'The provider refused the request as invalid.',
  unsupported_feature: 'The provider of this model does not support something that the request asks for.',
  request_too_large: 'The provider refused the request as too large.',
};

/** The error that a caller gets when this failure was the last one. */
export function lastWord(failure: Failure): GatewayError {
  const code = codeOf(failure);
  const seconds = Math.ceil((failure.retryAfterMs ?? 1_000) / 1_000);
  return gatewayError(code, MESSAGES[code] ?? 'The provider of this model failed.', {
    retryAfterSeconds: Math.min(60, Math.max(1, seconds)),
    internal: `${failure.class} ${failure.httpStatus ?? '-'} ${failure.reason}`,
  });
}

function codeOf(failure: Failure): ErrorCode {
  const { last } = failureRow(failure.class);
  if (last !== 'verbatim') return last;
  // The context class too, but its code has a status of its own.
  if (failure.httpStatus === 413) return 'request_too_large';
  return VERBATIM_CODES[failure.class] ?? 'invalid_request';
}

/** Statuses that clients read the wording of. A 404 is not among them: here it would speak of the caller's own model. */
const VERBATIM_STATUS = new Set([400, 413, 422, 409, 415]);
/** Ids of the provider's account, and anything that looks like one of its keys. */
const PRIVATE = /\b(?:org|proj)[-_][A-Za-z0-9]{6,}|\bsk-[A-Za-z0-9_*-]{6,}|\bAIza[A-Za-z0-9_-]{20,}/g;

/** The upstream's own refusal, masked, if it may be passed on: a known status with a JSON object as its body. */
export function verbatimReply(reply: VerbatimReply | undefined): VerbatimReply | undefined {
  if (reply === undefined || !VERBATIM_STATUS.has(reply.status)) return undefined;
  if (isJsonFault(scanJsonBody(reply.body))) return undefined;
  const text = Buffer.from(reply.body).toString('utf8');
  const masked = text.replace(PRIVATE, (found) => `${found.slice(0, 3)}***`);
  return masked === text ? reply : { status: reply.status, body: Buffer.from(masked) };
}
