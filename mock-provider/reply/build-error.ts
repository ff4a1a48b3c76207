import type { ErrorFamily } from '../dialects/dialect.ts';
import { FAULT_WORDING, type NativeError, statusError, wordedError } from '../faults/error-wording.ts';
import type { Fault } from '../faults/fault-spec.ts';
import { type Reply, wholeReply } from './reply.ts';
import { CONTENT_TYPES, replyHeaders } from './reply-headers.ts';

/** How an error reply differs from the plain one. */
export interface ErrorForm {
  readonly family: ErrorFamily;
  /** Gemini's non-SSE streams wrap the error in an array. */
  readonly inArray: boolean;
  readonly retryAfterS: number | undefined;
  /** `x-should-retry: false`. */
  readonly noRetry: boolean;
  readonly extraHeaders: readonly (readonly [string, string])[];
}

/** An error reply in the vendor's words. */
export function errorReply(error: NativeError, form: ErrorForm): Reply {
  const body = withRetryInfo(error, form);
  const headers = [
    ...replyHeaders(form.family, CONTENT_TYPES.json, form.extraHeaders),
    ...(form.retryAfterS === undefined ? [] : ['retry-after', String(form.retryAfterS)]),
    ...(form.noRetry ? ['x-should-retry', 'false'] : []),
  ];
  return wholeReply(error.status, headers, Buffer.from(JSON.stringify(form.inArray ? [body] : body)));
}

/** Gemini says in the body when to come back. */
function withRetryInfo({ status, body }: NativeError, form: ErrorForm): unknown {
  if (form.family !== 'gemini' || status !== 429 || form.retryAfterS === undefined) {
    return body;
  }
  const error = body['error'] as { details?: readonly unknown[] };
  const retryDelay = `${form.retryAfterS}s`;
  const info = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay };
  return { error: { ...error, details: [...(error.details ?? []), info] } };
}

const PAGE = (title: string) =>
  `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1><hr>mock</body></html>\n`;

/** The reply of a fault that refuses; `stream` says which content type an empty stream would have. */
export function refusal(fault: Fault, form: ErrorForm, stream: 'no' | 'sse' | 'json-array'): Reply {
  const html = (status: number, title: string) =>
    wholeReply(status, replyHeaders(form.family, CONTENT_TYPES.html, form.extraHeaders), Buffer.from(PAGE(title)));
  switch (fault.name) {
    case 'reset':
      return { ...wholeReply(200, [], Buffer.alloc(0)), resetFirst: true };
    case 'html':
      return html(fault.number, `${fault.number} Bad Gateway`);
    case 'garbage':
      return html(200, 'Welcome');
    case 'empty': {
      const type = CONTENT_TYPES[stream === 'no' ? 'json' : stream];
      return wholeReply(200, replyHeaders(form.family, type, form.extraHeaders), Buffer.alloc(0));
    }
    case 'badkey':
      return errorReply(wordedError('badkey', form.family, fault.number), form);
    default:
      return errorReply(nativeErrorOf(fault, form.family), form);
  }
}

function nativeErrorOf(fault: Fault, family: ErrorFamily): NativeError {
  const name = fault.name;
  return name in FAULT_WORDING
    ? wordedError(name as keyof typeof FAULT_WORDING, family)
    : statusError(fault.number, family);
}
