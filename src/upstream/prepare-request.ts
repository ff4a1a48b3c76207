import type { AuthScheme, HeaderPairs, UpstreamRequest } from '../canonical/exchange.ts';
import type { WireRequest } from '../egress/wire-exchange.ts';

/** Set here or by the connection, or never ours to send; dropped even if the caller of this layer lets one through. */
const NEVER_FORWARDED = new Set([
  'accept-encoding',
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-api-key',
  'x-goog-api-key',
]);

/** What the wire gets: path with prefix, headers from scratch with authentication, and the body. */
export function prepareRequest(request: UpstreamRequest, pathPrefix: string, secret: string | undefined): WireRequest {
  const { target, method } = request;
  return {
    method,
    path: signedPath(pathPrefix + request.path, target.auth, secret),
    headers: signedHeaders(request, secret),
    body: request.body,
  };
}

function signedPath(path: string, auth: AuthScheme, secret: string | undefined): string {
  if (auth.type !== 'query' || secret === undefined) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${auth.name}=${encodeURIComponent(secret)}`;
}

function signedHeaders({ headers, target }: UpstreamRequest, secret: string | undefined): HeaderPairs {
  const sent: HeaderPairs = ['accept-encoding', 'identity'];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? '';
    if (!NEVER_FORWARDED.has(name) && !name.startsWith('x-forwarded-')) sent.push(name, headers[i + 1] ?? '');
  }
  for (const part of target.extraHeaders) sent.push(part);
  const { auth } = target;
  if (secret === undefined) return sent;
  if (auth.type === 'bearer') sent.push('authorization', `Bearer ${secret}`);
  else if (auth.type === 'header') sent.push(auth.name, secret);
  return sent;
}
