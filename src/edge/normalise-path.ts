/** First segments that are resources of `/v1`, for callers who left the version out. */
const RESOURCES = new Set([
  'messages',
  'chat',
  'responses',
  'embeddings',
  'completions',
  'models',
  'moderations',
  'images',
  'audio',
  'rerank',
  'key',
  'keys',
  'credits',
  'usage',
  'generations',
]);
const PREFIXES = new Set(['openai', 'anthropic', 'gemini', 'api']);
const VERSIONS = new Set(['v1', 'v1beta', 'v1alpha', 'v2']);

/** Why a path cannot be served at all. */
export type PathFault = 'dot segment' | 'encoded slash' | 'encoded NUL' | 'invalid escape';

/**
 * The path as the route table knows it: base URLs that people paste wrongly are mended, never redirected, since a
 * redirect loses a POST's body. Escapes are decoded once; `%2F` is accepted inside a model id only.
 */
export function normalisePath(raw: string): { path: string; alias: boolean } | { fault: PathFault } {
  if (raw.includes('%00')) return { fault: 'encoded NUL' };
  let segments = raw.split('/').filter((segment) => segment !== '');
  if (segments.some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) return { fault: 'dot segment' };
  const before = segments.join('/');
  segments = mendBase(segments);
  const inModel = segments[1] === 'models' ? 2 : segments.length;
  if (segments.some((segment, i) => i < inModel && /%2f/i.test(segment))) return { fault: 'encoded slash' };
  const alias = segments.join('/') !== before || (raw.length > 1 && raw.endsWith('/'));
  const decoded = decode(segments);
  return decoded === undefined ? { fault: 'invalid escape' } : { path: `/${decoded}`, alias };
}

function decode(segments: readonly string[]): string | undefined {
  const joined = segments.join('/');
  if (!joined.includes('%')) return joined;
  try {
    return decodeURIComponent(joined);
  } catch {
    return undefined;
  }
}

function mendBase(given: readonly string[]): string[] {
  let segments = [...given];
  if (PREFIXES.has(segments[0] ?? '') && isServed(segments.slice(1))) segments = segments.slice(1);
  if (segments[0] === 'v1beta' && segments[1] === 'openai') segments = ['v1', ...segments.slice(2)];
  while (segments[0] === 'v1' && VERSIONS.has(segments[1] ?? '')) segments = segments.slice(1);
  if (RESOURCES.has(segments[0] ?? '')) segments = ['v1', ...segments];
  return segments;
}

/** Whether something of ours would be left, so that `/api/hello` and the console's `/api/...` keep their prefix. */
function isServed(rest: readonly string[]): boolean {
  return VERSIONS.has(rest[0] ?? '') || RESOURCES.has(rest[0] ?? '');
}
