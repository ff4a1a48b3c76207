import type { ErrorFamily } from '../dialects/dialect.ts';

/** Headers that vendors add to every reply; a gateway must not pass them on. */
const BY_FAMILY: Readonly<Record<ErrorFamily, readonly string[]>> = {
  openai: [
    ...['x-request-id', 'req_mock', 'openai-organization', 'org-mock', 'openai-processing-ms', '5'],
    ...['x-ratelimit-limit-requests', '1000', 'x-ratelimit-remaining-requests', '999'],
  ],
  anthropic: [
    ...['request-id', 'req_mock', 'anthropic-organization-id', 'org-mock'],
    ...['anthropic-ratelimit-requests-limit', '1000', 'anthropic-ratelimit-requests-remaining', '999'],
  ],
  gemini: ['x-gemini-service-tier', 'standard', 'server-timing', 'gfet4t7; dur=5'],
};

/** The headers of a reply: content type, the vendor's own, and what `replyHeaders` of the configuration adds. */
export function replyHeaders(
  family: ErrorFamily,
  contentType: string,
  extra: readonly (readonly [string, string])[],
): string[] {
  return ['content-type', contentType, ...BY_FAMILY[family], ...extra.flat()];
}

/** Content types by form of the body. */
export const CONTENT_TYPES = {
  json: 'application/json',
  sse: 'text/event-stream; charset=utf-8',
  'json-array': 'application/json; charset=UTF-8',
  html: 'text/html; charset=utf-8',
} as const;
