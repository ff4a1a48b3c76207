import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { MiscEndpoint } from '../canonical/provider-quirks.ts';
import type { ProviderKey } from './catalogue.ts';
import type { Health } from './health.ts';
import { rendezvousScore } from './rendezvous.ts';
import type { Candidate, ModelEntry } from './snapshot.ts';

/** What a deployment must be able to do for this request. */
export interface Need {
  readonly protocol: ProtocolId;
  readonly declared: MiscEndpoint | undefined;
}

/** One step of the road: a deployment and its keys in the order in which they are to be tried. */
export interface PlannedRoute {
  readonly candidate: Candidate;
  /** `undefined` stands for a provider that needs no key. */
  readonly keys: readonly (ProviderKey | undefined)[];
  /** Why it stands where it stands: `weight`, `affinity`, `tier-2`, `unhealthy`, `cooling`. */
  readonly reason: string;
}

/** The planned attempts; `group` is the one group that serves, within which failover stays. */
export type Plan =
  | { readonly type: 'routes'; readonly group: string; readonly routes: readonly PlannedRoute[] }
  | { readonly type: 'unsupported' };

/** What `plan` decides from. */
export interface PlanInput {
  readonly model: ModelEntry;
  readonly groups: readonly string[];
  readonly need: Need;
  /** Called at most once, and only where there is a choice; `undefined`: spread by weight. */
  readonly affinityKey: () => string | undefined;
  readonly health: Health;
  readonly now: number;
  readonly rng: () => number;
}

/** Orders the attempts of one request, once and without effects. */
export function plan(input: PlanInput): Plan {
  for (const group of input.groups) {
    const candidates = (input.model.byGroup.get(group) ?? []).filter((candidate) => fits(candidate, input.need));
    if (candidates.length > 0) return { type: 'routes', group, routes: order(candidates, input) };
  }
  return { type: 'unsupported' };
}

function fits({ deployment, provider }: Candidate, need: Need): boolean {
  if (provider.targets[need.protocol] === undefined) return false;
  if (deployment.protocols !== undefined && !deployment.protocols.includes(need.protocol)) return false;
  return need.declared === undefined || provider.provider.quirks.miscEndpoints.includes(need.declared);
}

/** The input with its affinity key made. */
type Choice = Omit<PlanInput, 'affinityKey'> & { readonly affinityKey: string | undefined };

interface Ranked extends PlannedRoute {
  readonly tier: number;
  /** 0 healthy, 1 every key cooling, 2 breaker open. */
  readonly sickness: number;
  readonly affine: number;
  readonly draw: number;
}

function order(candidates: readonly Candidate[], { affinityKey, ...rest }: PlanInput): PlannedRoute[] {
  const [only] = candidates;
  if (candidates.length === 1 && only !== undefined) {
    const { keys } = only.provider.provider;
    const choice = { ...rest, affinityKey: keys.length > 1 ? affinityKey() : undefined };
    return [{ candidate: only, keys: orderKeys(only, choice), reason: 'only' }];
  }
  const input: Choice = { ...rest, affinityKey: affinityKey() };
  const shunned = tooSick(candidates, input);
  const ranked: Ranked[] = [];
  for (const candidate of candidates) insert(ranked, rank(candidate, shunned.includes(candidate), input));
  return ranked;
}

/** Puts a candidate behind all that are to be tried before it; there are few, so that this beats sorting them. */
function insert(ranked: Ranked[], one: Ranked): void {
  let at = ranked.length;
  while (at > 0 && compare(ranked[at - 1] as Ranked, one) > 0) at--;
  if (at === ranked.length) ranked.push(one);
  else ranked.splice(at, 0, one);
}

function compare(a: Ranked, b: Ranked): number {
  return a.sickness - b.sickness || a.tier - b.tier || b.affine - a.affine || b.draw - a.draw;
}

/** Candidates with an open breaker, but never more than half of them: those that failed longest ago are tried again. */
function tooSick(candidates: readonly Candidate[], { health, now }: Choice): readonly Candidate[] {
  const open = candidates.filter((candidate) => !health.admits(candidate, now));
  const most = Math.floor(candidates.length / 2);
  if (open.length <= most) return open;
  return open.sort((a, b) => health.lastFailureAt(b) - health.lastFailureAt(a)).slice(0, most);
}

function rank(candidate: Candidate, shunned: boolean, input: Choice): Ranked {
  const { deployment } = candidate;
  const keys = orderKeys(candidate, input);
  const sickness = shunned ? 2 : keys.some((key) => isUsable(key, candidate, input)) ? 0 : 1;
  const weight = deployment.weight * input.health.weightFactor(candidate, input.now);
  const affine =
    input.affinityKey === undefined ? 0 : rendezvousScore(input.affinityKey, deployment.id, deployment.weight);
  return {
    candidate,
    keys,
    tier: deployment.tier,
    sickness,
    affine,
    // The largest of rng^(1/weight) is a draw by weight; sorting by it draws without repetition (Efraimidis, Spirakis).
    draw: weight <= 0 ? 0 : input.rng() ** (1 / weight),
    reason:
      sickness === 2
        ? 'unhealthy'
        : sickness === 1
          ? 'cooling'
          : input.affinityKey === undefined
            ? 'weight'
            : 'affinity',
  };
}

function isUsable(key: ProviderKey | undefined, { deployment }: Candidate, { health, now }: Choice): boolean {
  return key === undefined || (health.keyFreeAt(key, deployment.upstreamModel) <= now && health.keyHasRoom(key, now));
}

/** Usable keys first, by affinity or by weight; the others by the time when they are free again. */
function orderKeys(candidate: Candidate, input: Choice): readonly (ProviderKey | undefined)[] {
  const { keys } = candidate.provider.provider;
  if (keys.length === 0) return [undefined];
  if (keys.length === 1) return keys;
  const { affinityKey, health, rng } = input;
  return keys
    .map((key) => ({
      key,
      usable: isUsable(key, candidate, input),
      freeAt: health.keyFreeAt(key, candidate.deployment.upstreamModel),
      draw: affinityKey === undefined ? rng() ** (1 / key.weight) : rendezvousScore(affinityKey, key.id, key.weight),
    }))
    .sort((a, b) => Number(b.usable) - Number(a.usable) || (a.usable ? b.draw - a.draw : a.freeAt - b.freeAt))
    .map(({ key }) => key);
}
