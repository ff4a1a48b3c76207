import type { ProviderKey } from './catalogue.ts';
import type { Failure } from './classify-failure.ts';
import { failureRow } from './failure-class.ts';
import type { Health } from './health.ts';
import type { PlannedRoute } from './plan.ts';
import type { Candidate } from './snapshot.ts';

const BACKOFF_BASE_MS = 100;
const BACKOFF_MS_MAX = 2_000;
const WAIT_MS_MAX = 10_000;

/** The next attempt. */
export interface Step {
  readonly candidate: Candidate;
  readonly key: ProviderKey | undefined;
  readonly retry: boolean;
  /** Wait so long before it; 0 when another key or provider is tried. */
  readonly waitMs: number;
  /** Why this one: the plan's word, or what the failure before it led to. */
  readonly reason: string;
}

/** Walks a plan: each (deployment, key) once, one same-key repeat when nothing else is left, within the attempt limit. */
export class Road {
  private readonly routes: readonly PlannedRoute[];
  private readonly health: Health;
  private readonly attemptsMax: number;
  private readonly rng: () => number;
  private attempts = 0;
  private route = 0;
  private key = 0;
  private repeated = false;

  constructor(routes: readonly PlannedRoute[], options: { health: Health; attemptsMax: number; rng: () => number }) {
    this.routes = routes;
    this.health = options.health;
    this.attemptsMax = options.attemptsMax;
    this.rng = options.rng;
  }

  /** The first attempt. A plan has at least one route. */
  first(): Step {
    this.attempts = 1;
    const step = this.step(false, 0, this.routes[0]?.reason ?? 'only');
    if (step === undefined) throw new Error('a plan without routes');
    return step;
  }

  /** What follows this failure; `undefined` when the failure is final. */
  next(failure: Failure, now: number): Step | undefined {
    if (this.attempts >= this.attemptsMax) return undefined;
    // A stale socket says nothing about its provider: the same key is tried again before anything else.
    const atOnce = failureRow(failure.class).sameKey === 'once' ? this.repeat(failure, now) : undefined;
    const step = atOnce ?? this.rotate(failure, now) ?? this.move(failure) ?? this.repeat(failure, now);
    if (step !== undefined) this.attempts++;
    return step;
  }

  private rotate(failure: Failure, now: number): Step | undefined {
    if (!failureRow(failure.class).rotateKey) return undefined;
    const route = this.routes[this.route];
    if (route === undefined || !this.allowed(route)) return undefined;
    for (let at = this.key + 1; at < route.keys.length; at++) {
      const key = route.keys[at];
      // A key that is known to be cooling is not worth an attempt while another deployment may be well.
      if (key !== undefined && this.health.keyFreeAt(key, route.candidate.deployment.upstreamModel) > now) continue;
      this.key = at;
      return this.step(true, 0, 'key-rotated');
    }
    return undefined;
  }

  private move(failure: Failure): Step | undefined {
    if (!failureRow(failure.class).next) return undefined;
    for (let at = this.route + 1; at < this.routes.length; at++) {
      const route = this.routes[at];
      if (route === undefined || !this.allowed(route)) continue;
      this.route = at;
      this.key = 0;
      return this.step(true, 0, 'failover');
    }
    return undefined;
  }

  private repeat(failure: Failure, now: number): Step | undefined {
    const { sameKey } = failureRow(failure.class);
    const route = this.routes[this.route];
    if (sameKey === 'no' || this.repeated || route === undefined || !this.allowed(route)) return undefined;
    const wait = this.repeatWait(failure, route, now);
    if (wait === undefined) return undefined;
    this.repeated = true;
    return this.step(true, wait, 'repeated');
  }

  /** How long to wait before the one repeat; `undefined` when it is not worth it. */
  private repeatWait(failure: Failure, route: PlannedRoute, now: number): number | undefined {
    if (failureRow(failure.class).sameKey === 'once') return 0;
    const jitter = this.rng() * Math.min(BACKOFF_BASE_MS * 2 ** this.attempts, BACKOFF_MS_MAX);
    if (failure.class !== 'rate_limit') {
      const asked = failure.retryAfterMs ?? 0;
      return asked > WAIT_MS_MAX ? undefined : Math.max(jitter, asked);
    }
    const key = route.keys[this.key];
    // Only a provider that named a short wait is waited for; a guess would only add load.
    if (key === undefined || failure.retryAfterMs === undefined) return undefined;
    const wait = this.health.keyFreeAt(key, route.candidate.deployment.upstreamModel) - now;
    return wait > WAIT_MS_MAX ? undefined : Math.max(0, wait);
  }

  private allowed(route: PlannedRoute): boolean {
    return this.health.retryAllowed(route.candidate.provider.provider.id);
  }

  private step(retry: boolean, waitMs: number, reason: string): Step | undefined {
    const route = this.routes[this.route];
    return route === undefined
      ? undefined
      : { candidate: route.candidate, key: route.keys[this.key], retry, waitMs, reason };
  }
}
