import type { ErrorFamily } from '../dialects/dialect.ts';
import type { JsonObject } from '../json-value.ts';
import type { FaultName } from './fault-spec.ts';

/** An error as a vendor words it. */
export interface NativeError {
  readonly status: number;
  readonly body: JsonObject;
}

interface Wording {
  readonly status: number;
  readonly message: string;
  /** OpenAI and Anthropic: `type`; Gemini: `status`. */
  readonly type: string;
  readonly code?: string;
  readonly param?: string;
  readonly details?: readonly JsonObject[];
}

type ByFamily = Readonly<Record<ErrorFamily, Wording>>;

const INVALID = 'invalid_request_error';
const ARGUMENT = 'INVALID_ARGUMENT';

/** The same 400 for all but Anthropic, whose habits these faults imitate. */
function unsupported(message: string): ByFamily {
  const param = message.slice(0, message.search(/[:.]/));
  return {
    openai: { status: 400, message, type: INVALID, code: 'unsupported_parameter', param },
    anthropic: { status: 400, message, type: INVALID },
    gemini: { status: 400, message, type: ARGUMENT },
  };
}

/** Faults that have words of their own. */
export const FAULT_WORDING = {
  toolong: {
    openai: {
      status: 400,
      message:
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 210000 tokens. Please reduce the length of the messages.",
      type: INVALID,
      param: 'messages',
      code: 'context_length_exceeded',
    },
    anthropic: { status: 400, message: 'prompt is too long: 210000 tokens > 200000 maximum', type: INVALID },
    gemini: {
      status: 400,
      message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      type: ARGUMENT,
    },
  },
  billing: {
    openai: {
      status: 429,
      message: 'You exceeded your current quota, please check your plan and billing details.',
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    },
    anthropic: {
      status: 400,
      message:
        'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
      type: INVALID,
    },
    gemini: {
      status: 429,
      message: 'You exceeded your current quota, please check your plan and billing details.',
      type: 'RESOURCE_EXHAUSTED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
          violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', quotaValue: '50' }],
        },
      ],
    },
  },
  policy: {
    openai: {
      status: 400,
      message: 'Your request was rejected as a result of our safety system.',
      type: INVALID,
      code: 'content_policy_violation',
    },
    anthropic: { status: 400, message: 'Output blocked by content filtering policy', type: INVALID },
    gemini: {
      status: 400,
      message: 'The request was blocked because of prohibited content.',
      type: 'FAILED_PRECONDITION',
    },
  },
  badkey: {
    openai: {
      status: 401,
      message:
        'Incorrect API key provided: sk-mock****key. You can find your API key at https://platform.openai.com/account/api-keys.',
      type: INVALID,
      code: 'invalid_api_key',
    },
    anthropic: { status: 401, message: 'invalid x-api-key', type: 'authentication_error' },
    gemini: {
      status: 401,
      message: 'API key not valid. Please pass a valid API key.',
      type: 'UNAUTHENTICATED',
      details: [
        { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID', domain: 'googleapis.com' },
      ],
    },
  },
  midsys: unsupported(
    'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
  ),
  adaptive: unsupported(
    "thinking: Input tag 'adaptive' found using 'type' does not match any of the expected tags: 'disabled', 'enabled'",
  ),
  noctxmgmt: unsupported('context_management: Extra inputs are not permitted'),
} as const satisfies Partial<Record<FaultName, ByFamily>>;

/** The native error of a fault that has its own words; `status` overrides the usual one. */
export function wordedError(name: keyof typeof FAULT_WORDING, family: ErrorFamily, status?: number): NativeError {
  const wording: Wording = FAULT_WORDING[name][family];
  const type = family === 'gemini' && status === 400 ? ARGUMENT : wording.type;
  return nativeError(family, { ...wording, type, status: status ?? wording.status });
}

const PLAIN_MESSAGES: Readonly<Record<number, string>> = {
  400: 'Invalid request.',
  401: 'Invalid authentication.',
  402: 'Payment required.',
  403: 'You are not allowed to use this resource.',
  404: 'The model or resource does not exist.',
  408: 'Request timeout.',
  409: 'Conflict.',
  413: 'Request exceeds the maximum size.',
  422: 'Unprocessable request.',
  429: 'Rate limit reached. Please try again later.',
  500: 'The server had an error while processing your request.',
  503: 'The engine is currently overloaded, please try again later.',
  504: 'The request timed out.',
  529: 'Overloaded',
};

/** Anthropic's `type` and Gemini's `status` by HTTP status; OpenAI's types are few. */
const TYPES: Readonly<Record<number, readonly [anthropic: string, gemini: string]>> = {
  400: [INVALID, ARGUMENT],
  401: ['authentication_error', 'UNAUTHENTICATED'],
  402: ['billing_error', 'FAILED_PRECONDITION'],
  403: ['permission_error', 'PERMISSION_DENIED'],
  404: ['not_found_error', 'NOT_FOUND'],
  409: ['conflict_error', 'ABORTED'],
  413: ['request_too_large', ARGUMENT],
  422: [INVALID, ARGUMENT],
  429: ['rate_limit_error', 'RESOURCE_EXHAUSTED'],
  500: ['api_error', 'INTERNAL'],
  501: ['not_supported', 'UNIMPLEMENTED'],
  503: ['overloaded_error', 'UNAVAILABLE'],
  504: ['timeout_error', 'DEADLINE_EXCEEDED'],
  529: ['overloaded_error', 'UNAVAILABLE'],
};

/** The native error of any status. */
export function statusError(status: number, family: ErrorFamily, message = PLAIN_MESSAGES[status]): NativeError {
  const [anthropic, gemini] = TYPES[status] ?? (status < 500 ? [INVALID, ARGUMENT] : ['api_error', 'UNAVAILABLE']);
  const byFamily = { openai: openaiType(status), anthropic, gemini };
  const code = OPENAI_CODES[status];
  return nativeError(family, {
    status,
    message: message ?? `Error ${status}.`,
    type: byFamily[family],
    ...(code === undefined ? {} : { code }),
  });
}

const OPENAI_CODES: Readonly<Record<number, string>> = {
  401: 'invalid_api_key',
  404: 'model_not_found',
  429: 'rate_limit_exceeded',
};

function openaiType(status: number): string {
  if (status === 429) {
    return 'requests';
  }
  return status < 500 ? INVALID : 'server_error';
}

function nativeError(family: ErrorFamily, wording: Wording): NativeError {
  const { status, message, type } = wording;
  switch (family) {
    case 'openai': {
      const error = { message, type, param: wording.param ?? null, code: wording.code ?? null };
      return { status, body: { error } };
    }
    case 'anthropic':
      return { status, body: { type: 'error', error: { type, message }, request_id: 'req_mock' } };
    case 'gemini': {
      const details = wording.details === undefined ? {} : { details: wording.details };
      return { status, body: { error: { code: status, message, status: type, ...details } } };
    }
  }
}
