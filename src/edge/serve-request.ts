import { GatewayError, gatewayError } from '../canonical/error.ts';
import type { HeaderPairs, InboundRequest } from '../canonical/exchange.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { Principal } from '../identity/api-key.ts';
import { uuidV7 } from '../lib/uuid-v7.ts';
import { isLoopback } from './client-address.ts';
import type { ClientRequest } from './client-request.ts';
import { NO_URL_KEYS, readCredential, readUrlKeys } from './credentials.ts';
import type { EdgeState } from './edge-state.ts';
import { headerPairs } from './header-pairs.ts';
import { hostAllowed } from './host-allowed.ts';
import { normalisePath } from './normalise-path.ts';
import type { AuthResult, EdgeAnswer } from './ports.ts';
import { bodyRefusal, readBody } from './read-body.ts';
import { authError, credentialError, routeError } from './refusals.ts';
import { refuseFault, refuseUpgrade } from './refuse-fault.ts';
import { SocketReplySink } from './reply-sink.ts';
import { isServed, matchExact, matchRoute, methodsOf, protocolOfPath, type RouteMatch } from './route-table.ts';
import { answerError, answersInArray } from './send-error.ts';

/** One request at the edge, before it belongs to the pipeline. */
interface Visit {
  readonly state: EdgeState;
  readonly request: ClientRequest;
  readonly id: string;
  readonly startedAt: number;
  readonly sink: SocketReplySink;
  readonly query: string;
  readonly path: string;
  readonly match: RouteMatch | undefined;
  readonly protocol: ProtocolId;
  /** Known once the key is. */
  principal: Principal | undefined;
}

/** Takes a request from the socket to the pipeline, cheapest refusals first. Never throws. */
export function serveRequest(state: EdgeState, request: ClientRequest): void {
  const startedAt = Date.now();
  const { target, method, upgrade } = request.head;
  const mark = target.indexOf('?');
  const raw = mark < 0 ? target : target.slice(0, mark);
  if (upgrade) {
    refuseUpgrade(request.connection, raw);
    return;
  }
  let path = raw;
  let match = matchExact(method, raw);
  if (match === undefined) {
    const normal = normalisePath(raw, isServed);
    if ('fault' in normal) {
      refuseFault(state, request.connection, { status: 400, why: normal.fault });
      return;
    }
    path = normal.path;
    match = matchRoute(method, path);
  }
  const id = uuidV7(startedAt);
  const protocol = callerProtocol(request, match, path);
  const sink = new SocketReplySink(request, state, commonLines(id, protocol));
  const query = mark < 0 ? '' : target.slice(mark + 1);
  const visit: Visit = { state, request, id, startedAt, sink, query, path, match, protocol, principal: undefined };
  try {
    // Nearly all requests are served without waiting for anything, so no promise is made for them.
    serveMatch(visit)?.catch((error: unknown) => refuse(visit, error));
  } catch (error) {
    refuse(visit, error);
  }
}

/** The path says it, but for the lists of models, which all three share. */
function callerProtocol(request: ClientRequest, match: RouteMatch | undefined, path: string): ProtocolId {
  if (match === undefined) return protocolOfPath(path);
  const { kind, protocol } = match.route;
  if (kind !== 'models' || protocol !== 'openai-chat') return protocol;
  if (request.header('x-goog-api-key') !== undefined) return 'gemini';
  return request.header('anthropic-version') === undefined ? protocol : 'anthropic-messages';
}

function serveMatch(visit: Visit): Promise<void> | undefined {
  const { state, match, sink, id, path, protocol } = visit;
  if (match === undefined) {
    throw routeError({ method: visit.request.head.method, path, protocol, methods: methodsOf(path) });
  }
  const { route } = match;
  switch (route.kind) {
    case 'inference':
    case 'models':
      return serveWithKey(visit, match);
    case 'not_supported':
      throw gatewayError('not_supported', `${route.path} is not supported by this version of Saola.`);
    case 'ops':
      return serveMetrics(visit);
    case 'health': {
      const why = route.path === '/healthz' ? undefined : readiness(state, route.path);
      sendJson(sink, why === undefined ? 200 : 503, { status: why ?? 'ok' });
      return undefined;
    }
    case 'static':
      if (route.path === '/openapi.json') sink.send(200, JSON_TYPE, Buffer.from(state.ports.openapi()));
      else sendJson(sink, 200, { name: 'saola', request_id: id });
      return undefined;
  }
}

const JSON_TYPE: HeaderPairs = ['content-type', 'application/json'];

function readiness(state: EdgeState, path: string): string | undefined {
  if (path === '/readyz' && state.draining) return 'draining';
  return state.ports.notReady();
}

/** For loopback peers that nobody speaks for: no proxy, no page of another site whose name points here. */
async function serveMetrics({ state, request, sink }: Visit): Promise<void> {
  const peer = state.clientAddress.of(request.connection.remoteAddress, undefined);
  const direct = request.header('x-forwarded-for') === undefined && request.header('forwarded') === undefined;
  const open = isLoopback(peer) && direct && state.publicUrl === undefined && hostAllowed(request.head.host);
  if (!open) throw gatewayError('not_found', 'There is nothing at this path.');
  const { contentType, body } = await state.ports.metrics();
  sink.send(200, ['content-type', contentType], Buffer.from(body));
}

/** Authentication comes before the body is read. */
function serveWithKey(visit: Visit, match: RouteMatch): Promise<void> | undefined {
  const { state, request, query } = visit;
  const address = state.clientAddress.of(request.connection.remoteAddress, request.header('x-forwarded-for'));
  const { isOwnKey } = state.ports;
  const url = query === '' ? NO_URL_KEYS : readUrlKeys(query, isOwnKey);
  const keyInQuery = match.route.protocol === 'gemini';
  const credential = readCredential({ headers: request.head.headers, url, keyInQuery, isOwnKey });
  if (credential.type !== 'token') throw credentialError(credential.type);
  const outcome = state.ports.authenticate(credential.token, address, request.connection.tokenMemo);
  const asked = { address, query: url.rest };
  if (outcome instanceof Promise) return outcome.then((result) => serveKnown(visit, match, { asked, result }));
  serveKnown(visit, match, { asked, result: outcome });
  return undefined;
}

interface Known {
  readonly asked: Asked;
  readonly result: AuthResult;
}

/** What is known of a request beside its head. */
interface Asked {
  readonly address: string;
  /** Without credentials. */
  readonly query: string;
}

function serveKnown(visit: Visit, match: RouteMatch, { asked, result }: Known): void {
  const { state, request, sink } = visit;
  if (!result.ok) throw authError(result.reason);
  const { principal } = result;
  visit.principal = principal;
  if (sink.closed) {
    // The client has left while its key was looked up.
    tell(visit, 499, undefined);
    return;
  }
  if (match.route.kind === 'models') {
    const answer = state.ports.handleModels(match, inbound(visit, asked, EMPTY), principal);
    if (answer instanceof GatewayError) throw answer;
    sendJson(sink, answer.status, answer.body);
    tell(visit, answer.status, undefined);
    return;
  }
  state.open.add(sink);
  const refused = bodyRefusal(request, state.limits.bodyBytesMax);
  if (refused !== undefined) throw refused;
  if (request.head.expectsContinue) request.connection.sayContinue();
  const holding = state.budget.open(principal.accountId);
  sink.holding = holding;
  readBody(request, { bytesMax: state.limits.bodyBytesMax, holding }, (body) => {
    try {
      if (body.type === 'aborted') tell(visit, 499, undefined);
      else if (body.type === 'refused') throw body.error;
      else state.ports.handleInference(match, inbound(visit, asked, body.bytes), principal, sink);
    } catch (error) {
      refuse(visit, error);
    }
  });
}

const EMPTY = new Uint8Array(0);

function inbound(visit: Visit, asked: Asked, body: Uint8Array): InboundRequest {
  const { id, request, path, startedAt } = visit;
  return {
    id,
    method: request.head.method,
    path,
    query: asked.query,
    headers: headerPairs(request.head.headers),
    body,
    remoteAddress: asked.address,
    startedMs: request.startedMs,
    startedAt,
  };
}

function commonLines(id: string, protocol: ProtocolId): string {
  const own = protocol === 'anthropic-messages' ? `request-id: ${id}\r\n` : '';
  return `saola-request-id: ${id}\r\nx-request-id: ${id}\r\n${own}${SECURITY_LINES}`;
}

const SECURITY_LINES = "content-security-policy: sandbox; default-src 'none'\r\nx-content-type-options: nosniff\r\n";

function sendJson(sink: SocketReplySink, status: number, body: unknown): void {
  sink.send(status, JSON_TYPE, Buffer.from(JSON.stringify(body)));
}

function refuse(visit: Visit, error: unknown): void {
  const { state, sink, id, match, protocol, query, path } = visit;
  if (!(error instanceof GatewayError)) state.ports.onFault(error, id);
  const told = error instanceof GatewayError ? error : gatewayError('internal_error', INTERNAL_TEXT);
  if (sink.begun) {
    // Half an answer is out: nothing can be said any more, only that it is broken.
    sink.destroy();
    return;
  }
  const inArray = answersInArray(match?.route.operation, query);
  const { status, headers, body } = answerError(told, { protocol, requestId: id, inArray });
  if (told.code === 'method_not_allowed') headers.push('allow', methodsOf(path).join(', '));
  sink.send(status, headers, body);
  tell(visit, status, told.code);
}

const INTERNAL_TEXT = 'Saola failed at this request. It has been logged under the request id.';

function tell(visit: Visit, status: number, errorCode: EdgeAnswer['errorCode']): void {
  const { state, id, match, principal, request } = visit;
  state.ports.onAnswered({
    requestId: id,
    endpoint: match?.route.path,
    status,
    errorCode,
    accountId: principal?.accountId,
    keyId: principal?.keyId,
    durationMs: Math.round(performance.now() - request.startedMs),
  });
}
