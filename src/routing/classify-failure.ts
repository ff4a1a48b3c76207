import type { HeaderPairs, TransportFailure } from '../canonical/exchange.ts';
import type { FailureClass } from './failure-class.ts';

/** A failure as the road sees it. */
export interface Failure {
  readonly class: FailureClass;
  readonly httpStatus: number | undefined;
  /** How long the provider asked to be left alone. */
  readonly retryAfterMs: number | undefined;
  /** For records and logs: the provider's own words, at most 512 characters. */
  readonly reason: string;
}

const REASON_CHARS_MAX = 512;

const TRANSPORT: Readonly<Record<Exclude<TransportFailure, 'aborted'>, FailureClass>> = {
  stale_socket: 'stale_socket',
  dns: 'connect',
  refused: 'connect',
  tls: 'connect',
  reset: 'connect',
  connect_timeout: 'connect',
  blocked: 'connect',
  pool_full: 'overloaded',
  headers_timeout: 'slow',
  first_byte_timeout: 'slow',
  idle_timeout: 'slow',
  total_timeout: 'slow',
  encoded: 'bad_reply',
  too_large: 'bad_reply',
  cut: 'bad_reply',
};

/** The class of an exchange that broke before any content. */
export function classifyTransport(failure: TransportFailure, detail: string): Failure {
  const failureClass = failure === 'aborted' ? 'connect' : TRANSPORT[failure];
  return {
    class: failureClass,
    httpStatus: undefined,
    retryAfterMs: undefined,
    reason: `${failure}: ${detail}`.slice(0, REASON_CHARS_MAX),
  };
}

/** An upstream's refusal: status, headers and the beginning of its body. */
export interface Refusal {
  readonly status: number;
  readonly headers: HeaderPairs;
  readonly body: string;
}

/** The class of an upstream's refusal, or of an error event before any content. */
export function classifyRefusal({ status, headers, body }: Refusal): Failure {
  const words = readWords(body);
  return {
    class: classOf(status, words, body),
    httpStatus: status,
    retryAfterMs: retryAfterMs(headers, body),
    reason: (words.text || body).slice(0, REASON_CHARS_MAX),
  };
}

/** The parts of the vendors' error bodies that tell classes apart, in lower case. */
interface Words {
  readonly code: string;
  readonly type: string;
  readonly param: string;
  readonly message: string;
  /** The message as it came, for records. */
  readonly text: string;
}

const QUOTA =
  /insufficient_quota|credit balance|credit_balance|insufficient.?balance|billing.{0,12}limit|spend.?limit|exceeded your current quota|enforced_spend_limit_reached|contract_spend_limit_reached|per.?day/;
const CONTEXT =
  /context_length_exceeded|context.?window|prompt is too long|maximum context length|token count .{0,20}exceeds|input token count|exceed_context_size/;
const POLICY = /content_policy|content_filter|policy_violation|policy_blocked|responsibleai/;
const CAPABILITY =
  /extra inputs are not permitted|unsupported (?:parameter|value|beta)|unsupported_parameter|unsupported_value|unexpected value\(s\).{0,40}anthropic-beta/;
const KEY_INVALID =
  /api key not valid|api_key_invalid|invalid.{0,4}api.?key|signature.{0,20}does not match|unrecognizedclient/;
const REGION =
  /unsupported_country|not available in your (?:country|region)|user location is not supported|unsupported.{0,8}region/;
const GONE = /retired|decommissioned|deprecated and|no longer (?:available|supported)/;
const NO_ACCESS = /(?:do|does) not have access|no access to model|model_not_allowed|not allowed to (?:use|sample)/;

function classOf(status: number, words: Words, body: string): FailureClass {
  const said = `${words.code} ${words.type} ${words.message}`;
  if (status === 402 || ((status === 429 || status === 400 || status === 403) && QUOTA.test(said))) return 'quota';
  if (status === 429) return 'rate_limit';
  if (status === 529 || status === 503 || words.type === 'overloaded_error') return 'overloaded';
  if (status >= 500 || status === 408 || isHtml(body)) return 'server';
  if (status < 300) return classOfEvent(said);
  if ((status === 403 || status === 451 || status === 400) && REGION.test(said)) return 'region';
  if (status === 410 || (status === 404 && words.param === ''))
    return NO_ACCESS.test(said) ? 'no_access' : 'model_gone';
  if ((status === 400 || status === 403) && GONE.test(said)) return 'model_gone';
  if ((status === 403 || status === 404) && NO_ACCESS.test(said)) return 'no_access';
  if (status === 401 || status === 403 || (status === 400 && KEY_INVALID.test(said))) return 'credential';
  if (status === 413 || (status === 400 && CONTEXT.test(said))) return 'context';
  if (status === 400 && POLICY.test(said)) return 'policy';
  if (status === 400 && CAPABILITY.test(said)) return 'capability';
  if (status === 400 || status === 409 || status === 415 || status === 422 || status === 404) return 'caller';
  return status >= 400 ? 'unknown_4xx' : 'bad_reply';
}

/** An error that came under a good status: in an event, or as the body. */
function classOfEvent(said: string): FailureClass {
  if (QUOTA.test(said)) return 'quota';
  if (/rate.?limit|resource_exhausted|too many requests/.test(said)) return 'rate_limit';
  if (/overloaded|unavailable/.test(said)) return 'overloaded';
  if (CONTEXT.test(said)) return 'context';
  return POLICY.test(said) ? 'policy' : 'server';
}

function isHtml(body: string): boolean {
  return /^\s*<(?:!doctype|html)/i.test(body);
}

function readWords(body: string): Words {
  const none = { code: '', type: '', param: '', message: '', text: '' };
  try {
    const parsed = JSON.parse(body) as Record<string, unknown> | readonly Record<string, unknown>[];
    const root = (Array.isArray(parsed) ? parsed[0] : parsed) as Record<string, unknown> | undefined;
    const response = root?.['response'] as Record<string, unknown> | undefined;
    const error = (root?.['error'] ?? response?.['error'] ?? root) as Record<string, unknown> | string | undefined;
    if (typeof error === 'string') return { ...none, message: error.toLowerCase(), text: error };
    const details = error?.['details'] as Record<string, unknown> | undefined;
    return {
      code: `${lower(error?.['code'])} ${lower(details?.['error_code'])} ${lower(error?.['status'])}`,
      type: lower(error?.['type']),
      param: lower(error?.['param']),
      message: lower(error?.['message'] ?? root?.['message']),
      text: String(error?.['message'] ?? root?.['message'] ?? ''),
    };
  } catch {
    return { ...none, message: body.slice(0, 2_048).toLowerCase() };
  }
}

function lower(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}

const RETRY_MS_MAX = 24 * 3_600_000;

/** `retry-after-ms`, `retry-after` in seconds, the vendors' reset durations, or Gemini's `retryDelay`. */
function retryAfterMs(headers: HeaderPairs, body: string): number | undefined {
  const found = new Map<string, string>();
  for (let i = 0; i < headers.length; i += 2) found.set(headers[i] as string, headers[i + 1] as string);
  const direct =
    milliseconds(found.get('retry-after-ms'), 1) ??
    milliseconds(found.get('retry-after'), 1_000) ??
    duration(found.get('x-ratelimit-reset-requests')) ??
    duration(/"retryDelay"\s*:\s*"([0-9.]+s)"/.exec(body)?.[1]);
  return direct === undefined ? undefined : Math.min(direct, RETRY_MS_MAX);
}

function milliseconds(value: string | undefined, factor: number): number | undefined {
  if (value === undefined || !/^\d+(?:\.\d+)?$/.test(value.trim())) return undefined;
  return Math.ceil(Number(value) * factor);
}

/** `1m30.5s`, `20s`, `12ms`. */
function duration(value: string | undefined): number | undefined {
  const match = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:([\d.]+)s)?(?:([\d.]+)ms)?$/.exec(value?.trim() ?? '');
  if (match === null || match[0] === '') return undefined;
  const [hours, minutes, seconds, millis] = match.slice(1).map((part) => Number(part ?? 0));
  return Math.ceil(((hours ?? 0) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1_000 + (millis ?? 0));
}
