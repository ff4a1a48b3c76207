import type { DialectId, PathFacts } from './dialects/dialect.ts';

/** What a path asks for. */
export type Route =
  | { readonly type: 'generate'; readonly dialect: DialectId; readonly path: PathFacts }
  | { readonly type: 'embeddings' }
  | { readonly type: 'count'; readonly form: 'anthropic' | 'gemini' | 'responses'; readonly model: string | undefined }
  | { readonly type: 'models'; readonly id: string | undefined }
  | { readonly type: 'websocket' }
  | { readonly type: 'probe' }
  | { readonly type: 'unknown' };

const BODY_MODEL: Omit<PathFacts, 'stream'> & { stream: 'no' } = { model: undefined, stream: 'no' };

/** The longest suffix first, because one may be the end of another. */
const POST_SUFFIXES: readonly (readonly [suffix: string, route: Route])[] = [
  ['/chat/completions', { type: 'generate', dialect: 'openai-chat', path: BODY_MODEL }],
  ['/completions', { type: 'generate', dialect: 'openai-completions', path: BODY_MODEL }],
  ['/responses/input_tokens', { type: 'count', form: 'responses', model: undefined }],
  ['/responses', { type: 'generate', dialect: 'openai-responses', path: BODY_MODEL }],
  ['/embeddings', { type: 'embeddings' }],
  ['/messages/count_tokens', { type: 'count', form: 'anthropic', model: undefined }],
  ['/messages', { type: 'generate', dialect: 'anthropic-messages', path: BODY_MODEL }],
];

const GEMINI = /\/models\/(.+):(generateContent|streamGenerateContent|countTokens)$/;
const MODELS = /\/models(?:\/(.+))?$/;

/** Finds the route of a request by its method and the end of its path. */
export function routeOf(method: string, url: string, upgrade: string | undefined): Route {
  const [path = '', query = ''] = url.split('?', 2);
  if (method === 'POST') {
    return POST_SUFFIXES.find(([suffix]) => path.endsWith(suffix))?.[1] ?? geminiRoute(path, query);
  }
  if (path.endsWith('/responses') && upgrade?.toLowerCase() === 'websocket') {
    return { type: 'websocket' };
  }
  if (path === '/' || method === 'HEAD') {
    return { type: 'probe' };
  }
  const models = MODELS.exec(path);
  if (models !== null) {
    return { type: 'models', id: models[1] === undefined ? undefined : decodeURIComponent(models[1]) };
  }
  return { type: 'unknown' };
}

function geminiRoute(path: string, query: string): Route {
  const [, encoded, verb] = GEMINI.exec(path) ?? [];
  if (encoded === undefined) {
    return { type: 'unknown' };
  }
  const model = decodeURIComponent(encoded);
  if (verb === 'countTokens') {
    return { type: 'count', form: 'gemini', model };
  }
  const sse = new URLSearchParams(query).get('alt') === 'sse';
  const stream = sse ? 'sse' : 'json-array';
  return { type: 'generate', dialect: 'gemini', path: { model, stream: verb === 'generateContent' ? 'no' : stream } };
}
