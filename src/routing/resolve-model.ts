import { type GatewayError, gatewayError } from '../canonical/error.ts';
import type { ModelEntry, Snapshot } from './snapshot.ts';

/** What limits the models of one caller. */
export interface ModelScope {
  readonly groups: readonly string[];
  /** The key's own model list. */
  readonly allows: (modelId: string) => boolean;
  /** Test keys reach simulated models only. */
  readonly simulatedOnly: boolean;
}

/** Whether the caller may use this model at all. */
export function mayUse(entry: ModelEntry, scope: ModelScope): boolean {
  if (scope.simulatedOnly && !entry.model.simulated) return false;
  if (!scope.allows(entry.model.id)) return false;
  return scope.groups.some((group) => entry.byGroup.has(group));
}

/**
 * Finds the model that a name means: the exact id, then an alias, then a bare name that exactly one usable model has.
 * A model that the caller may not use is answered like one that does not exist.
 */
export function resolveModel(snapshot: Snapshot, name: string, scope: ModelScope): ModelEntry | GatewayError {
  const exact = snapshot.models.get(name) ?? snapshot.models.get(snapshot.aliases.get(name) ?? '');
  if (exact !== undefined) return mayUse(exact, scope) ? exact : notFound(snapshot, name, scope);
  const bare = (snapshot.bareNames.get(name) ?? [])
    .map((id) => snapshot.models.get(id))
    .filter((entry) => entry !== undefined && mayUse(entry, scope)) as ModelEntry[];
  const [only, ...others] = bare;
  if (only === undefined) return notFound(snapshot, name, scope);
  if (others.length === 0) return only;
  const ids = bare.map((entry) => `\`${entry.model.id}\``).join(', ');
  return gatewayError(
    'model_ambiguous',
    `The model name \`${shown(name)}\` fits several models: ${ids}. Use the whole id.`,
    {
      param: 'model',
    },
  );
}

function notFound(snapshot: Snapshot, name: string, scope: ModelScope): GatewayError {
  const close = closeMatches(snapshot, name, scope);
  const hint =
    close.length > 0
      ? `Did you mean ${close.map((id) => `\`${id}\``).join(', ')}?`
      : 'GET /v1/models lists the models that this key may use.';
  return gatewayError(
    'model_not_found',
    `The model \`${shown(name)}\` does not exist or this key may not use it. ${hint}`,
    {
      param: 'model',
    },
  );
}

function shown(name: string): string {
  return name.slice(0, 128);
}

const CLOSE_MAX = 3;
const COMPARED_MAX = 2_000;

/** Up to three usable ids that look alike: by shared beginnings of the bare name or a small edit distance. */
function closeMatches(snapshot: Snapshot, name: string, scope: ModelScope): string[] {
  const wanted = bareName(name).toLowerCase().slice(0, 64);
  const scored: { id: string; score: number }[] = [];
  let compared = 0;
  for (const [id, entry] of snapshot.models) {
    if (++compared > COMPARED_MAX) break;
    if (!mayUse(entry, scope)) continue;
    const bare = bareName(id).toLowerCase().slice(0, 64);
    const distance = bare.includes(wanted) || wanted.includes(bare) ? 1 : editDistance(bare, wanted);
    if (distance <= Math.max(2, Math.floor(wanted.length / 3))) scored.push({ id, score: distance });
  }
  return scored
    .sort((a, b) => a.score - b.score || (a.id < b.id ? -1 : 1))
    .slice(0, CLOSE_MAX)
    .map(({ id }) => id);
}

function bareName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
