import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { OperationId } from '../protocols/protocol.ts';

/** What serves a route. */
type RouteKind = 'inference' | 'models' | 'static' | 'health' | 'ops' | 'not_supported';

/** One route as data; every route says whether it takes a credential and whether request limits count it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'HEAD' | 'DELETE';
  /** `{model}` and `{id}` take one or more segments. */
  readonly path: string;
  readonly kind: RouteKind;
  readonly credential: 'key' | 'none';
  /** Counted against request-rate limits. */
  readonly counted: boolean;
  /** Whose shape errors have. */
  readonly protocol: ProtocolId;
  readonly operation?: OperationId;
  readonly summary: string;
}

const inference = (
  path: string,
  protocol: ProtocolId,
  operation: OperationId,
  summary: string,
  counted = true,
): Route => ({
  method: 'POST',
  path,
  kind: 'inference',
  credential: 'key',
  counted,
  protocol,
  operation,
  summary,
});
const free = (method: 'GET' | 'HEAD', path: string, kind: 'static' | 'health' | 'ops', summary: string): Route => ({
  method,
  path,
  kind,
  credential: 'none',
  counted: false,
  protocol: 'openai-chat',
  summary,
});
const models = (path: string, protocol: ProtocolId, summary: string): Route => ({
  method: 'GET',
  path,
  kind: 'models',
  credential: 'key',
  counted: false,
  protocol,
  summary,
});
const later = (method: Route['method'], path: string, protocol: ProtocolId, summary: string): Route => ({
  method,
  path,
  kind: 'not_supported',
  credential: 'none',
  counted: false,
  protocol,
  summary,
});

const GEMINI_VERSIONS = ['v1beta', 'v1', 'v1alpha'] as const;

/** Every route of the API listener. A path that is not here does not exist. */
export const ROUTES: readonly Route[] = [
  inference('/v1/chat/completions', 'openai-chat', 'chat.completions', 'OpenAI chat completions'),
  inference('/v1/completions', 'openai-chat', 'completions', 'OpenAI legacy completions'),
  inference('/v1/embeddings', 'openai-chat', 'embeddings', 'OpenAI embeddings'),
  inference('/v1/responses', 'openai-responses', 'responses', 'OpenAI Responses'),
  inference('/v1/messages', 'anthropic-messages', 'messages', 'Anthropic Messages'),
  inference('/v1/messages/count_tokens', 'anthropic-messages', 'messages.count_tokens', 'Anthropic token count', false),
  ...GEMINI_VERSIONS.flatMap((version) => [
    inference(`/${version}/models/{model}:generateContent`, 'gemini', 'gemini.generateContent', 'Gemini generate'),
    inference(
      `/${version}/models/{model}:streamGenerateContent`,
      'gemini',
      'gemini.streamGenerateContent',
      'Gemini stream',
    ),
    inference(`/${version}/models/{model}:countTokens`, 'gemini', 'gemini.countTokens', 'Gemini token count', false),
  ]),
  models('/v1/models', 'openai-chat', 'Models that the key may use'),
  models('/v1/models/{id}', 'openai-chat', 'One model'),
  models('/v1beta/models', 'gemini', 'Models, in the Gemini form'),
  models('/v1beta/models/{id}', 'gemini', 'One model, in the Gemini form'),
  free('GET', '/', 'static', 'Says that Saola is here'),
  free('HEAD', '/', 'static', 'Probe of coding tools'),
  free('HEAD', '/api/hello', 'static', 'Probe of Claude Code'),
  free('GET', '/healthz', 'health', 'The process is alive'),
  free('GET', '/readyz', 'health', 'The node takes requests'),
  free('GET', '/startupz', 'health', 'The node has started'),
  free('GET', '/metrics', 'ops', 'Prometheus metrics, for loopback peers'),
  free('GET', '/openapi.json', 'static', 'This document'),
  later('POST', '/v1/messages/batches', 'anthropic-messages', 'Batches'),
  later('POST', '/v1/batches', 'openai-chat', 'Batches'),
  later('POST', '/v1/responses/compact', 'openai-responses', 'Compaction'),
  later('POST', '/v1/responses/input_tokens', 'openai-responses', 'Token count of a Responses request'),
  later('GET', '/v1/responses/{id}', 'openai-responses', 'A stored response'),
  later('DELETE', '/v1/responses/{id}', 'openai-responses', 'Deletes a stored response'),
  later('POST', '/v1/moderations', 'openai-chat', 'Moderations'),
  later('POST', '/v1/rerank', 'openai-chat', 'Rerank'),
  later('POST', '/v1/images/generations', 'openai-chat', 'Images'),
  later('POST', '/v1/images/edits', 'openai-chat', 'Images'),
  later('POST', '/v1/audio/speech', 'openai-chat', 'Speech'),
  later('POST', '/v1/audio/transcriptions', 'openai-chat', 'Transcriptions'),
];

/** A route that fits, with what its pattern took. */
export interface RouteMatch {
  readonly route: Route;
  /** The model of a Gemini path, or the id behind `/models/`. */
  readonly param: string | undefined;
}

const exact = new Map<string, Route>();
const patterns: { method: string; regex: RegExp; route: Route }[] = [];
for (const route of ROUTES) {
  if (!route.path.includes('{')) {
    exact.set(`${route.method} ${route.path}`, route);
    continue;
  }
  // A model id holds slashes and may hold colons: greedy, so that the last colon before a known verb ends it.
  const source = route.path.replace(/[.:]/g, '\\$&').replace(/\{(?:model|id)\}/, '(.+)');
  patterns.push({ method: route.method, regex: new RegExp(`^${source}$`), route });
}

/** The route of a method and normalised path. */
export function matchRoute(method: string, path: string): RouteMatch | undefined {
  const route = exact.get(`${method} ${path}`);
  if (route !== undefined) return { route, param: undefined };
  for (const pattern of patterns) {
    if (pattern.method !== method) continue;
    const match = pattern.regex.exec(path);
    if (match !== null) return { route: pattern.route, param: match[1] };
  }
  return undefined;
}

/** The methods that this path knows, for a 405. */
export function methodsOf(path: string): string[] {
  return ['GET', 'POST', 'HEAD', 'DELETE'].filter((method) => matchRoute(method, path) !== undefined);
}

/** In whose shape an error for an unknown path is told. */
export function protocolOfPath(path: string): ProtocolId {
  if (path.startsWith('/v1/messages')) return 'anthropic-messages';
  if (path.startsWith('/v1/responses')) return 'openai-responses';
  if (path.startsWith('/v1beta') || path.startsWith('/v1alpha') || /:[a-zA-Z]+$/.test(path)) return 'gemini';
  return 'openai-chat';
}
