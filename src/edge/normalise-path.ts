/** Base URLs that people paste carry the name of the client's vendor. */
const PREFIXES = new Set(['openai', 'anthropic', 'gemini', 'api']);
const VERSIONS = new Set(['v1', 'v1beta', 'v1alpha']);

/** Why a path cannot be served at all. */
export type PathFault = 'dot segment' | 'encoded slash' | 'encoded NUL' | 'invalid escape';

/** A path as the route table knows it; `alias` when it had to be mended. */
export interface NormalPath {
  readonly path: string;
  readonly alias: boolean;
}

/**
 * The path as the route table knows it. Wrong base URLs are mended and never redirected, since a redirect loses a
 * POST's body. A mending counts only if `serves` knows the result, so that no path of ours is taken for another.
 * Escapes are decoded inside a model id only, once; `%2F` is accepted nowhere else.
 */
export function normalisePath(raw: string, serves: (path: string) => boolean): NormalPath | { fault: PathFault } {
  if (raw.includes('%00')) return { fault: 'encoded NUL' };
  const segments = raw.split('/').filter((segment) => segment !== '');
  if (segments.some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) return { fault: 'dot segment' };
  const mended = mend(segments, serves);
  const modelAt = mended[1] === 'models' ? 2 : mended.length;
  const fixed = mended.slice(0, modelAt);
  if (fixed.some((segment) => /%2f/i.test(segment))) return { fault: 'encoded slash' };
  const model = decode(mended.slice(modelAt).join('/'));
  if (model === undefined) return { fault: 'invalid escape' };
  const path = pathOf(model === '' ? fixed : [...fixed, model]);
  return { path, alias: pathOf(mended) !== raw };
}

function pathOf(segments: readonly string[]): string {
  return `/${segments.join('/')}`;
}

function decode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The first mending that is served, else the path as it came. */
function mend(given: readonly string[], serves: (path: string) => boolean): readonly string[] {
  const stripped = PREFIXES.has(given[0] ?? '') && given.length > 1 ? given.slice(1) : undefined;
  const candidates = [given, withVersion(given), ...(stripped === undefined ? [] : [stripped, withVersion(stripped)])];
  return candidates.find((candidate) => serves(pathOf(candidate))) ?? given;
}

/** One version in front: OpenAI's paths below Gemini's version, versions twice, and no version at all. */
function withVersion(given: readonly string[]): readonly string[] {
  let segments = given[0] === 'v1beta' && given[1] === 'openai' ? ['v1', ...given.slice(2)] : given;
  while (VERSIONS.has(segments[0] ?? '') && VERSIONS.has(segments[1] ?? '')) segments = segments.slice(1);
  return VERSIONS.has(segments[0] ?? '') ? segments : ['v1', ...segments];
}
