import { Breaker, type BreakerState } from './breaker.ts';
import type { ProviderKey } from './catalogue.ts';
import type { Failure } from './classify-failure.ts';
import { failureRow } from './failure-class.ts';
import type { Candidate } from './snapshot.ts';

const COOLDOWN_MS = 5_000;
const COOLDOWN_MS_MAX = 60_000;
const QUOTA_PROBE_MS = 15 * 60_000;
const DEAD_PROBE_MS = 10 * 60_000;
const RETRY_SHARE = 0.2;
const RETRIES_ALWAYS = 3;

interface KeyHealth {
  /** Refused by the vendor (dead) or out of quota until then. */
  blockedUntil: number;
  blockedFor: 'credential' | 'quota' | undefined;
  readonly cooling: Map<string, { until: number; strikes: number }>;
  active: number;
  /** Requests in the minute that began at `minuteAt`. */
  minuteAt: number;
  minuteCount: number;
}

/** One attempt that is under way; hand it back once with its end. */
export interface Running {
  readonly candidate: Candidate;
  readonly key: ProviderKey | undefined;
  readonly retry: boolean;
}

/** What the health view shows of a provider. */
export interface ProviderHealth {
  readonly state: BreakerState;
  readonly active: number;
  readonly keys: readonly { id: string; state: 'ok' | 'cooling' | 'dead' | 'quota'; until: number | undefined }[];
}

/** Health of providers, deployments and keys as this node has seen it. Time and chance are arguments. */
export class Health {
  private readonly providers = new Map<string, Breaker>();
  private readonly deployments = new Map<string, Breaker>();
  private readonly keys = new Map<string, KeyHealth>();
  private readonly load = new Map<string, { active: number; retries: number }>();
  private readonly rng: () => number;

  constructor(rng: () => number) {
    this.rng = rng;
  }

  /** Whether both breakers of a candidate let a request through. */
  admits(candidate: Candidate, now: number): boolean {
    return (
      (this.providers.get(candidate.provider.provider.id)?.admits(now) ?? true) &&
      (this.deployments.get(candidate.deployment.id)?.admits(now) ?? true)
    );
  }

  lastFailureAt(candidate: Candidate): number {
    const provider = this.providers.get(candidate.provider.provider.id)?.lastFailureAt ?? 0;
    return Math.max(provider, this.deployments.get(candidate.deployment.id)?.lastFailureAt ?? 0);
  }

  weightFactor(candidate: Candidate, now: number): number {
    const provider = this.providers.get(candidate.provider.provider.id)?.weightFactor(now) ?? 1;
    return Math.min(provider, this.deployments.get(candidate.deployment.id)?.weightFactor(now) ?? 1);
  }

  /** When this key may be used for this upstream model; `now` or earlier means at once. */
  keyFreeAt(key: ProviderKey, upstreamModel: string): number {
    const health = this.keys.get(key.id);
    if (health === undefined) return 0;
    return Math.max(health.blockedUntil, health.cooling.get(upstreamModel)?.until ?? 0);
  }

  /** Whether the key's own limits leave room; a key that is full is skipped, not cooled. */
  keyHasRoom(key: ProviderKey, now: number): boolean {
    if (key.concurrency === undefined && key.requestsPerMin === undefined) return true;
    const health = this.keys.get(key.id);
    if (health === undefined) return true;
    if (key.concurrency !== undefined && health.active >= key.concurrency) return false;
    const inMinute = now - health.minuteAt < 60_000 ? health.minuteCount : 0;
    return key.requestsPerMin === undefined || inMinute < key.requestsPerMin;
  }

  /** Whether one more retry at this provider stays within 20 % of its active requests (three are always allowed). */
  retryAllowed(providerId: string): boolean {
    const load = this.load.get(providerId);
    return load === undefined || load.retries < Math.max(RETRIES_ALWAYS, load.active * RETRY_SHARE);
  }

  begin(running: Running, now: number): void {
    const { candidate, key, retry } = running;
    this.providers.get(candidate.provider.provider.id)?.begin(now);
    this.deployments.get(candidate.deployment.id)?.begin(now);
    const load = this.loadOf(candidate.provider.provider.id);
    load.active++;
    if (retry) load.retries++;
    if (key === undefined || (key.concurrency === undefined && key.requestsPerMin === undefined)) return;
    const health = this.keyOf(key.id);
    health.active++;
    if (now - health.minuteAt >= 60_000) {
      health.minuteAt = now;
      health.minuteCount = 0;
    }
    health.minuteCount++;
  }

  /** The attempt delivered. */
  succeed(running: Running, now: number): void {
    this.end(running);
    this.providers.get(running.candidate.provider.provider.id)?.success(now);
    this.deployments.get(running.candidate.deployment.id)?.success(now);
    if (running.key === undefined) return;
    const health = this.keys.get(running.key.id);
    if (health === undefined) return;
    health.cooling.delete(running.candidate.deployment.upstreamModel);
    health.blockedUntil = 0;
    health.blockedFor = undefined;
  }

  /** The attempt ended without saying anything about the upstream's health: the client left, or asked for nonsense. */
  release(running: Running): void {
    this.end(running);
    this.providers.get(running.candidate.provider.provider.id)?.release();
    this.deployments.get(running.candidate.deployment.id)?.release();
  }

  fail(running: Running, failure: Failure, now: number): void {
    const { candidate, key } = running;
    const { cools } = failureRow(failure.class);
    if (cools === 'none') {
      this.release(running);
      return;
    }
    this.end(running);
    if (cools === 'provider') {
      this.breaker(this.providers, candidate.provider.provider.id).failure(now, this.rng);
      this.deployments.get(candidate.deployment.id)?.release();
    } else if (cools === 'deployment') {
      this.breaker(this.deployments, candidate.deployment.id).failure(now, this.rng);
      this.providers.get(candidate.provider.provider.id)?.release();
    } else {
      this.providers.get(candidate.provider.provider.id)?.release();
      this.deployments.get(candidate.deployment.id)?.release();
      if (key !== undefined) this.coolKey(key.id, candidate.deployment.upstreamModel, failure, now);
    }
  }

  /** What operators see. */
  view(provider: { id: string; keys: readonly ProviderKey[] }, now: number): ProviderHealth {
    return {
      state: this.providers.get(provider.id)?.state(now) ?? 'closed',
      active: this.load.get(provider.id)?.active ?? 0,
      keys: provider.keys.map((key) => this.keyView(key.id, now)),
    };
  }

  private keyView(id: string, now: number): ProviderHealth['keys'][number] {
    const health = this.keys.get(id);
    if (health !== undefined && health.blockedUntil > now) {
      return { id, state: health.blockedFor === 'quota' ? 'quota' : 'dead', until: health.blockedUntil };
    }
    const until = Math.max(0, ...[...(health?.cooling.values() ?? [])].map((cooling) => cooling.until));
    return until > now ? { id, state: 'cooling', until } : { id, state: 'ok', until: undefined };
  }

  private coolKey(keyId: string, upstreamModel: string, failure: Failure, now: number): void {
    const health = this.keyOf(keyId);
    if (failure.class === 'quota' || failure.class === 'credential') {
      health.blockedFor = failure.class;
      health.blockedUntil = now + (failure.class === 'quota' ? QUOTA_PROBE_MS : DEAD_PROBE_MS);
      return;
    }
    const strikes = (health.cooling.get(upstreamModel)?.strikes ?? 0) + 1;
    const own = Math.min(COOLDOWN_MS * 2 ** (strikes - 1), COOLDOWN_MS_MAX);
    health.cooling.set(upstreamModel, { until: now + (failure.retryAfterMs ?? own), strikes });
  }

  private end({ candidate, key, retry }: Running): void {
    const load = this.loadOf(candidate.provider.provider.id);
    load.active--;
    if (retry) load.retries--;
    if (key === undefined || (key.concurrency === undefined && key.requestsPerMin === undefined)) return;
    this.keyOf(key.id).active--;
  }

  private breaker(breakers: Map<string, Breaker>, id: string): Breaker {
    const known = breakers.get(id);
    if (known !== undefined) return known;
    const fresh = new Breaker();
    breakers.set(id, fresh);
    return fresh;
  }

  private loadOf(providerId: string): { active: number; retries: number } {
    const known = this.load.get(providerId);
    if (known !== undefined) return known;
    const fresh = { active: 0, retries: 0 };
    this.load.set(providerId, fresh);
    return fresh;
  }

  private keyOf(id: string): KeyHealth {
    const known = this.keys.get(id);
    if (known !== undefined) return known;
    const fresh: KeyHealth = {
      blockedUntil: 0,
      blockedFor: undefined,
      cooling: new Map(),
      active: 0,
      minuteAt: 0,
      minuteCount: 0,
    };
    this.keys.set(id, fresh);
    return fresh;
  }
}
