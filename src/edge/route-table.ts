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
  ...GEMINI_VERSIONS.flatMap((version) => [
    later('POST', `/${version}/models/{model}:embedContent`, 'gemini', 'Gemini embedding'),
    later('POST', `/${version}/models/{model}:batchEmbedContents`, 'gemini', 'Gemini embeddings'),
  ]),
  later('POST', '/v1/messages/batches', 'anthropic-messages', 'Batches'),
  later('GET', '/v1/messages/batches', 'anthropic-messages', 'Batches'),
  later('POST', '/v1/batches', 'openai-chat', 'Batches'),
  later('POST', '/v1/responses/compact', 'openai-responses', 'Compaction'),
  later('POST', '/v1/responses/input_tokens', 'openai-responses', 'Token count of a Responses request'),
  later('POST', '/v1/responses/{id}/cancel', 'openai-responses', 'Cancels a response'),
  later('GET', '/v1/responses/{id}', 'openai-responses', 'A stored response, or its input items'),
  later('DELETE', '/v1/responses/{id}', 'openai-responses', 'Deletes a stored response'),
  later('POST', '/v1/moderations', 'openai-chat', 'Moderations'),
  later('POST', '/v1/rerank', 'openai-chat', 'Rerank'),
  later('POST', '/v2/rerank', 'openai-chat', 'Rerank'),
  later('POST', '/v1/images/generations', 'openai-chat', 'Images'),
  later('POST', '/v1/images/edits', 'openai-chat', 'Images'),
  later('POST', '/v1/images/variations', 'openai-chat', 'Images'),
  later('POST', '/v1/audio/speech', 'openai-chat', 'Speech'),
  later('POST', '/v1/audio/transcriptions', 'openai-chat', 'Transcriptions'),
  later('POST', '/v1/audio/translations', 'openai-chat', 'Translations'),
];

/** A route that fits, with what its pattern took. */
export interface RouteMatch {
  readonly route: Route;
  /** The model of a Gemini path, or the id behind `/models/`. */
  readonly param: string | undefined;
}

const exact = new Map<string, Map<string, RouteMatch>>();
const patterns: { method: string; prefix: string; suffix: string; route: Route }[] = [];
for (const route of ROUTES) {
  const open = route.path.indexOf('{');
  if (open >= 0) {
    const suffix = route.path.slice(route.path.indexOf('}') + 1);
    patterns.push({ method: route.method, prefix: route.path.slice(0, open), suffix, route });
    continue;
  }
  const byMethod = exact.get(route.path) ?? new Map<string, RouteMatch>();
  exact.set(route.path, byMethod.set(route.method, { route, param: undefined }));
}
// The longer suffix first: what follows the last colon is the verb, and not a part of the id.
patterns.sort((a, b) => b.suffix.length - a.suffix.length);

/** The route of a method and a path that has no parameter; the quick look before any path is normalised. */
export function matchExact(method: string, path: string): RouteMatch | undefined {
  return exact.get(path)?.get(method);
}

/** The route of a method and normalised path. HEAD asks for what GET would say. */
export function matchRoute(method: string, path: string): RouteMatch | undefined {
  const found = matchExact(method, path) ?? matchPattern(method, path);
  return found ?? (method === 'HEAD' ? matchRoute('GET', path) : undefined);
}

/** A parameter takes all between the fixed parts: a model id holds slashes and may hold colons. */
function matchPattern(method: string, path: string): RouteMatch | undefined {
  for (const { route, prefix, suffix, method: takes } of patterns) {
    const fits = takes === method && path.startsWith(prefix) && path.endsWith(suffix);
    if (!fits || path.length <= prefix.length + suffix.length) continue;
    return { route, param: path.slice(prefix.length, path.length - suffix.length) };
  }
  return undefined;
}

/** The methods that this path knows, for a 405. */
export function methodsOf(path: string): string[] {
  return ['GET', 'POST', 'HEAD', 'DELETE'].filter((method) => matchRoute(method, path) !== undefined);
}

/** Whether any method is served here. */
export function isServed(path: string): boolean {
  return exact.has(path) || patterns.some(({ method }) => matchPattern(method, path) !== undefined);
}

/** In whose shape an error for an unknown path is told. */
export function protocolOfPath(path: string): ProtocolId {
  if (path.startsWith('/v1/messages')) return 'anthropic-messages';
  if (path.startsWith('/v1/responses')) return 'openai-responses';
  if (path.startsWith('/v1beta') || path.startsWith('/v1alpha') || /:[a-zA-Z]+$/.test(path)) return 'gemini';
  return 'openai-chat';
}
