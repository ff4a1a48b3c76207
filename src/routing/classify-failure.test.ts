import { describe, expect, test } from 'vitest';
import { classifyRefusal, classifyTransport } from './classify-failure.ts';

const openai = (code: string, message = '', type = 'invalid_request_error') =>
  JSON.stringify({ error: { message, type, code, param: null } });
const anthropic = (type: string, message = '') => JSON.stringify({ type: 'error', error: { type, message } });
const gemini = (status: string, message = '') => JSON.stringify({ error: { code: 1, message, status } });

/** One row for each signal of the table in protocols.md section 6.1. */
const ROWS: readonly (readonly [string, number, string])[] = [
  ['quota', 402, ''],
  ['quota', 429, openai('insufficient_quota', 'You exceeded your current quota', 'insufficient_quota')],
  ['quota', 400, anthropic('invalid_request_error', 'Your credit balance is too low to access the Anthropic API.')],
  ['quota', 429, gemini('RESOURCE_EXHAUSTED', 'Quota exceeded for metric: generate_content_requests per day')],
  ['quota', 400, anthropic('enforced_spend_limit_reached')],
  ['rate_limit', 429, openai('rate_limit_exceeded', 'Rate limit reached')],
  ['rate_limit', 429, ''],
  ['overloaded', 529, anthropic('overloaded_error', 'Overloaded')],
  ['overloaded', 503, ''],
  ['server', 500, openai('server_error')],
  ['server', 502, '<html>bad gateway</html>'],
  ['server', 520, ''],
  ['server', 408, ''],
  ['server', 403, '<!DOCTYPE html><title>Just a moment</title>'],
  ['region', 403, openai('unsupported_country_region_territory', 'Country, region, or territory not supported')],
  ['region', 400, gemini('FAILED_PRECONDITION', 'User location is not supported for the API use.')],
  ['model_gone', 404, anthropic('not_found_error', 'model: claude-1')],
  ['model_gone', 410, ''],
  ['model_gone', 400, openai('model_decommissioned', 'The model has been decommissioned')],
  ['no_access', 404, openai('model_not_found', 'The project does not have access to model gpt-9')],
  ['credential', 401, openai('invalid_api_key')],
  ['credential', 403, anthropic('permission_error')],
  ['credential', 400, gemini('INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.')],
  ['context', 400, openai('context_length_exceeded')],
  ['context', 400, anthropic('invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum')],
  [
    'context',
    400,
    gemini(
      'INVALID_ARGUMENT',
      'The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).',
    ),
  ],
  ['context', 413, ''],
  ['policy', 400, openai('content_policy_violation')],
  ['capability', 400, anthropic('invalid_request_error', 'context_management: Extra inputs are not permitted')],
  ['capability', 400, openai('unsupported_parameter', "Unsupported parameter: 'max_tokens'")],
  ['caller', 400, openai('invalid_value', 'temperature must be below 2')],
  ['caller', 422, ''],
  ['caller', 404, JSON.stringify({ error: { message: 'no such response', param: 'previous_response_id' } })],
  ['unknown_4xx', 418, ''],
  ['overloaded', 200, anthropic('overloaded_error', 'Overloaded')],
  ['rate_limit', 200, openai('rate_limit_exceeded')],
  ['server', 200, openai('server_error')],
];

test.each(ROWS)('%s: %i %s', (expected, status, body) => {
  expect(classifyRefusal({ status, headers: [], body }).class).toBe(expected);
});

describe('how long to wait', () => {
  test.each([
    [['retry-after', '7'], '', 7_000],
    [['retry-after-ms', '250', 'retry-after', '7'], '', 250],
    [['x-ratelimit-reset-requests', '1m30.5s'], '', 90_500],
    [['x-ratelimit-reset-requests', '120ms'], '', 120],
    [[], '{"error":{"details":[{"retryDelay":"12s"}]}}', 12_000],
    [['retry-after', 'Wed, 21 Oct 2026 07:28:00 GMT'], '', undefined],
    [['retry-after', '-5'], '', undefined],
    [['retry-after', '99999999999'], '', 86_400_000],
    [[], '', undefined],
  ])('%j %s', (headers, body, expected) => {
    expect(classifyRefusal({ status: 429, headers, body }).retryAfterMs).toBe(expected);
  });
});

test.each([
  ['refused', 'connect'],
  ['stale_socket', 'stale_socket'],
  ['headers_timeout', 'slow'],
  ['encoded', 'bad_reply'],
  ['cut', 'bad_reply'],
  ['pool_full', 'overloaded'],
] as const)('%s on the wire is %s', (transport, expected) => {
  expect(classifyTransport(transport, '').class).toBe(expected);
});
