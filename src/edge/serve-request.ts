import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError, gatewayError } from '../canonical/error.ts';
import type { HeaderPairs, InboundRequest } from '../canonical/exchange.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { uuidV7 } from '../lib/uuid-v7.ts';
import { headerPairs, requestFault } from './check-request.ts';
import { isLoopback } from './client-address.ts';
import { readCredential, withoutKey } from './credentials.ts';
import type { EdgeState } from './edge-state.ts';
import { normalisePath } from './normalise-path.ts';
import type { AuthRefusal, AuthResult } from './ports.ts';
import { readBody } from './read-body.ts';
import { NodeReplySink } from './reply-sink.ts';
import { matchRoute, methodsOf, protocolOfPath, type RouteMatch } from './route-table.ts';
import { sendError } from './send-error.ts';

const URL_BYTES_MAX = 8 * 1024;
const HEADERS_MAX = 100;
/** An unread body up to this size is read away, so that the connection can be used again. */
const UNREAD_BYTES_KEPT = 64 * 1024;

/** One request at the edge, before it belongs to the pipeline. */
interface Visit {
  readonly state: EdgeState;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: string;
  readonly startedMs: number;
  readonly startedAt: number;
  readonly sink: NodeReplySink;
  readonly query: string;
  readonly match: RouteMatch;
  readonly path: string;
}

/** Takes a request from the socket to the pipeline, cheapest refusals first. Never throws. */
export function serveRequest(state: EdgeState, request: IncomingMessage, response: ServerResponse): void {
  const startedMs = performance.now();
  const startedAt = Date.now();
  const id = uuidV7(startedAt);
  const fault = requestFault(request);
  if (fault !== undefined) {
    refuseRaw(state, response, 400, fault);
    return;
  }
  const url = request.url ?? '/';
  if (url.length > URL_BYTES_MAX) {
    refuseRaw(state, response, 414, 'the request target is too long');
    return;
  }
  if (request.rawHeaders.length > HEADERS_MAX * 2) {
    refuseRaw(state, response, 431, 'more than 100 headers');
    return;
  }
  const mark = url.indexOf('?');
  const normalised = normalisePath(mark < 0 ? url : url.slice(0, mark));
  if ('fault' in normalised) {
    refuseRaw(state, response, 400, normalised.fault);
    return;
  }
  const { path } = normalised;
  const method = request.method ?? 'GET';
  const match = matchRoute(method, path);
  const protocol = match?.route.protocol ?? protocolOfPath(path);
  const sink = new NodeReplySink(response, {
    common: commonHeaders(id, protocol),
    stallMs: state.limits.stallMs,
    onOver: (over) => state.open.delete(over),
  });
  const query = mark < 0 ? '' : url.slice(mark + 1);
  if (match === undefined) {
    const error = unknownRoute(method, path);
    state.ports.onRefused(error.code);
    sendError(error, { protocol, requestId: id, sink, close: hasLargeBody(request) });
    return;
  }
  const visit: Visit = { state, request, response, id, startedMs, startedAt, sink, query, match, path };
  serveMatch(visit).catch((error: unknown) => failed(visit, error));
}

async function serveMatch(visit: Visit): Promise<void> {
  const { state, match, sink, id } = visit;
  switch (match.route.kind) {
    case 'inference':
    case 'models':
      await serveWithKey(visit);
      return;
    case 'not_supported':
      throw gatewayError('not_supported', `${match.route.path} is not supported by this version of Saola.`);
    case 'ops':
      await serveMetrics(visit);
      return;
    case 'health': {
      const why = match.route.path === '/healthz' ? undefined : readiness(state, match.route.path);
      sendJson(sink, why === undefined ? 200 : 503, { status: why ?? 'ok' });
      return;
    }
    case 'static':
      if (match.route.path === '/openapi.json')
        sink.send(200, ['content-type', 'application/json'], Buffer.from(state.ports.openapi()));
      else sendJson(sink, 200, { name: 'saola', request_id: id });
  }
}

function readiness(state: EdgeState, path: string): string | undefined {
  if (path === '/readyz' && state.draining) return 'draining';
  return state.ports.notReady();
}

async function serveMetrics({ state, request, sink }: Visit): Promise<void> {
  const peer = state.clientAddress.of(request.socket.remoteAddress, undefined);
  const direct = request.headers['x-forwarded-for'] === undefined;
  if (!isLoopback(peer) || !direct || state.publicUrl !== undefined)
    throw gatewayError('not_found', 'There is nothing at this path.');
  const { contentType, body } = await state.ports.metrics();
  sink.send(200, ['content-type', contentType], Buffer.from(body));
}

/** Authentication comes before the body is read. */
async function serveWithKey(visit: Visit): Promise<void> {
  const { state, request, match, query, sink } = visit;
  const address = state.clientAddress.of(request.socket.remoteAddress, headerOf(request, 'x-forwarded-for'));
  const credential = readCredential({
    rawHeaders: request.rawHeaders,
    query,
    keyInQuery: match.route.protocol === 'gemini',
    isOwnKey: state.ports.isOwnKey,
  });
  if (credential.type !== 'token') throw credentialError(credential.type);
  const outcome = state.ports.authenticate(credential.token, address);
  const result: AuthResult = outcome instanceof Promise ? await outcome : outcome;
  if (!result.ok) throw authError(result.reason);
  if (match.route.kind === 'models') {
    const answer = state.ports.handleModels(match, inbound(visit, address, EMPTY), result.principal);
    if (answer instanceof GatewayError) throw answer;
    sendJson(sink, answer.status, answer.body);
    return;
  }
  if (state.draining) visit.response.shouldKeepAlive = false;
  if (request.headers.expect !== undefined) visit.response.writeContinue();
  const body = await readBody(request, { bytesMax: state.limits.bodyBytesMax, budget: state.budget });
  if (body.type === 'aborted') return;
  if (body.type === 'refused') throw body.error;
  state.open.add(sink);
  state.ports.handleInference(match, inbound(visit, address, body.bytes), result.principal, sink);
}

const EMPTY = new Uint8Array(0);

function inbound(visit: Visit, remoteAddress: string, body: Uint8Array): InboundRequest {
  const { id, request, path, query, match, startedMs, startedAt } = visit;
  return {
    id,
    method: request.method ?? 'GET',
    path,
    query: match.route.protocol === 'gemini' ? withoutKey(query) : query,
    headers: headerPairs(request.rawHeaders),
    body,
    remoteAddress,
    startedMs,
    startedAt,
  };
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

function commonHeaders(id: string, protocol: ProtocolId): HeaderPairs {
  const headers = [
    'saola-request-id',
    id,
    'x-request-id',
    id,
    'content-security-policy',
    "sandbox; default-src 'none'",
    'x-content-type-options',
    'nosniff',
  ];
  if (protocol === 'anthropic-messages') headers.push('request-id', id);
  return headers;
}

function sendJson(sink: NodeReplySink, status: number, body: unknown): void {
  sink.send(status, ['content-type', 'application/json'], Buffer.from(JSON.stringify(body)));
}

function refuseRaw(state: EdgeState, response: ServerResponse, status: number, why: string): void {
  state.ports.onRefused('malformed_request');
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${why}\n`);
}

function failed(visit: Visit, error: unknown): void {
  const { state, sink, id, match, request } = visit;
  const known = error instanceof GatewayError ? error : undefined;
  if (known === undefined) state.ports.onFault(error, id);
  const told =
    known ?? gatewayError('internal_error', 'Saola failed at this request. It has been logged under the request id.');
  state.ports.onRefused(told.code);
  sendError(told, { protocol: match.route.protocol, requestId: id, sink, close: hasLargeBody(request) });
}

/** What has not been read of a body of unknown or large size is not read away: the connection ends instead. */
function hasLargeBody(request: IncomingMessage): boolean {
  if (request.complete) return false;
  const length = request.headers['content-length'];
  return length === undefined ? request.headers['transfer-encoding'] !== undefined : Number(length) > UNREAD_BYTES_KEPT;
}

function unknownRoute(method: string, path: string): GatewayError {
  const methods = methodsOf(path);
  if (methods.length > 0)
    return gatewayError('method_not_allowed', `${path} takes ${methods.join(', ')}, not ${method}.`);
  const right = {
    'anthropic-messages': 'POST /v1/messages',
    'openai-responses': 'POST /v1/responses',
    gemini: 'POST /v1beta/models/{model}:generateContent',
    'openai-chat': 'POST /v1/chat/completions',
  }[protocolOfPath(path)];
  return gatewayError(
    'not_found',
    `There is nothing at ${method} ${path.slice(0, 128)}. Did you mean ${right}? OpenAI tools take the base URL with /v1, Anthropic and Gemini tools without.`,
  );
}

function credentialError(type: 'missing' | 'ambiguous' | 'in_url'): GatewayError {
  switch (type) {
    case 'missing':
      return gatewayError(
        'invalid_api_key',
        'No API key. Send it as Authorization: Bearer KEY, x-api-key or x-goog-api-key.',
      );
    case 'ambiguous':
      return gatewayError('invalid_api_key', 'One credential header stands twice on the request; send it once.');
    case 'in_url':
      return gatewayError(
        'invalid_request',
        'An API key in the URL ends up in logs; send it in a header, and replace this one.',
        { param: 'key' },
      );
  }
}

const AUTH_TEXTS: Readonly<Record<AuthRefusal, string>> = {
  malformed: 'This is not an API key of this gateway; check that it was copied whole.',
  unknown: 'The API key is not known here.',
  disabled: 'The API key is disabled; enable it or use another one.',
  revoked: 'The API key has been revoked; create a new one.',
  expired: 'The API key has expired; create a new one.',
  address: 'The API key may not be used from this address.',
  suspended: 'The account is suspended; ask its operator.',
};

function authError(reason: AuthRefusal): GatewayError {
  const code =
    reason === 'address' ? 'permission_denied' : reason === 'suspended' ? 'account_suspended' : 'invalid_api_key';
  return gatewayError(code, AUTH_TEXTS[reason]);
}
