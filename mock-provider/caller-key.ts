import type { IncomingHttpHeaders } from 'node:http';

/** The key of a request, wherever it stands: Bearer, one of the vendors' headers, or `?key=`. */
export function callerKey(headers: IncomingHttpHeaders, url: string): string | undefined {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
  for (const value of [bearer, headers['x-api-key'], headers['x-goog-api-key'], headers['api-key']]) {
    if (typeof value === 'string') {
      return value;
    }
  }
  const at = url.indexOf('?');
  return at === -1 ? undefined : (new URLSearchParams(url.slice(at + 1)).get('key') ?? undefined);
}
