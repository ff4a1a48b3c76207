import { describe, expect, test } from 'vitest';
import { catalogue, deployment, model, provider, providerKey } from '../../test/support/catalogue.ts';
import type { Deployment, Provider } from './catalogue.ts';
import { Health } from './health.ts';
import { type PlanInput, plan } from './plan.ts';
import { buildSnapshot } from './snapshot.ts';

/** A small seeded generator, so that a failure repeats. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

function setup(providers: readonly Provider[], deployments: readonly Deployment[]) {
  const snapshot = buildSnapshot(catalogue(providers, [model('v/m', deployments)]));
  const entry = snapshot.models.get('v/m');
  if (entry === undefined) throw new Error('no model');
  const rng = seeded(7);
  const health = new Health(rng);
  const base: PlanInput = {
    model: entry,
    groups: ['default'],
    need: { protocol: 'openai-chat', declared: undefined },
    affinityKey: () => undefined,
    health,
    now: 0,
    rng,
  };
  const run = (parts: Partial<PlanInput> = {}) => {
    const result = plan({ ...base, ...parts });
    return result.type === 'routes'
      ? {
          group: result.group,
          ids: result.routes.map((route) => route.candidate.deployment.providerId),
          routes: result.routes,
        }
      : { group: undefined, ids: [], routes: [] };
  };
  return { run, health, entry };
}

function failTimes(health: Health, candidate: Parameters<Health['admits']>[0], times: number, now = 0) {
  const key = candidate.provider.provider.keys[0];
  for (let i = 0; i < times; i++) {
    const running = { candidate, key, retry: false };
    health.begin(running, now);
    health.fail(running, { class: 'server', httpStatus: 500, retryAfterMs: undefined, reason: '' }, now);
  }
}

describe('balance', () => {
  test('first attempts follow the weights within 5 % over 10,000 plans', () => {
    const { run } = setup(
      [provider('a'), provider('b'), provider('c')],
      [deployment('a', { weight: 5 }), deployment('b', { weight: 3 }), deployment('c', { weight: 2 })],
    );
    const counts: Record<string, number> = {};
    for (let i = 0; i < 10_000; i++) {
      const [first] = run().ids;
      counts[first ?? ''] = (counts[first ?? ''] ?? 0) + 1;
    }
    for (const [id, share] of [
      ['a', 5_000],
      ['b', 3_000],
      ['c', 2_000],
    ] as const) {
      expect(Math.abs((counts[id] ?? 0) - share) / share, id).toBeLessThan(0.05);
    }
  });

  test('keys of one provider share the load by weight within 5 %', () => {
    const { run } = setup(
      [provider('a', { keys: [providerKey('k1', { weight: 3 }), providerKey('k2', { weight: 1 })] })],
      [deployment('a')],
    );
    let first = 0;
    for (let i = 0; i < 10_000; i++) if (run().routes[0]?.keys[0]?.id === 'k1') first++;
    expect(Math.abs(first - 7_500) / 7_500).toBeLessThan(0.05);
  });

  test('lower tiers come first, whatever the weights', () => {
    const { run } = setup([provider('a'), provider('b')], [deployment('a', { tier: 2, weight: 100 }), deployment('b')]);
    for (let i = 0; i < 100; i++) expect(run().ids).toEqual(['b', 'a']);
  });
});

describe('groups', () => {
  const providers = [provider('a'), provider('b')];
  const deployments = [deployment('a', { group: 'gold' }), deployment('b', { group: 'default' })];

  test('the first group that has the model serves it, and failover never leaves that group', () => {
    const { run } = setup(providers, deployments);
    expect(run({ groups: ['gold', 'default'] })).toMatchObject({ group: 'gold', ids: ['a'] });
    expect(run({ groups: ['default', 'gold'] })).toMatchObject({ group: 'default', ids: ['b'] });
  });

  test('a sick first group is still the one that serves', () => {
    const { run, health, entry } = setup(providers, deployments);
    const [candidate] = entry.byGroup.get('gold') ?? [];
    if (candidate === undefined) throw new Error('no candidate');
    failTimes(health, candidate, 10);
    expect(run({ groups: ['gold', 'default'] })).toMatchObject({ group: 'gold', ids: ['a'] });
  });

  test('a group whose providers lack the protocol is passed over; none left is unsupported', () => {
    const { run } = setup(providers, deployments);
    expect(run({ groups: ['silver', 'default'] }).group).toBe('default');
    expect(run({ need: { protocol: 'gemini', declared: undefined } }).group).toBeUndefined();
  });
});

describe('health', () => {
  test('an open breaker comes last, but never more than half of the candidates count as sick', () => {
    const { run, health, entry } = setup(
      [provider('a'), provider('b')],
      [deployment('a', { tier: 1 }), deployment('b', { tier: 2 })],
    );
    const [a, b] = entry.byGroup.get('default') ?? [];
    if (a === undefined || b === undefined) throw new Error('no candidates');
    failTimes(health, a, 5, 1_000);
    expect(run({ now: 2_000 }).ids).toEqual(['b', 'a']);
    failTimes(health, b, 5, 3_000);
    // Both are sick: the one that failed longer ago is tried again.
    expect(run({ now: 4_000 }).ids).toEqual(['a', 'b']);
  });

  test('one failure does not take a provider out', () => {
    const { run, health, entry } = setup(
      [provider('a'), provider('b')],
      [deployment('a'), deployment('b', { tier: 2 })],
    );
    const [a] = entry.byGroup.get('default') ?? [];
    if (a === undefined) throw new Error('no candidate');
    failTimes(health, a, 1);
    expect(run().ids).toEqual(['a', 'b']);
  });

  test('a cooling key stands behind a free one until its time is over', () => {
    const keys = [providerKey('k1'), providerKey('k2')];
    const { run, health, entry } = setup([provider('a', { keys })], [deployment('a')]);
    const [candidate] = entry.byGroup.get('default') ?? [];
    if (candidate === undefined) throw new Error('no candidate');
    const running = { candidate, key: keys[0], retry: false };
    health.begin(running, 0);
    health.fail(running, { class: 'rate_limit', httpStatus: 429, retryAfterMs: 20_000, reason: '' }, 0);
    for (let i = 0; i < 50; i++) expect(run({ now: 10_000 }).routes[0]?.keys[0]?.id).toBe('k2');
    const later = new Set(Array.from({ length: 50 }, () => run({ now: 20_001 }).routes[0]?.keys[0]?.id));
    expect(later).toEqual(new Set(['k1', 'k2']));
  });

  test('a key at its own limit is skipped, so that several keys add up', () => {
    const keys = [providerKey('k1', { concurrency: 1 }), providerKey('k2', { concurrency: 1 })];
    const { run, health, entry } = setup([provider('a', { keys })], [deployment('a')]);
    const [candidate] = entry.byGroup.get('default') ?? [];
    if (candidate === undefined) throw new Error('no candidate');
    health.begin({ candidate, key: keys[0], retry: false }, 0);
    for (let i = 0; i < 50; i++) expect(run().routes[0]?.keys[0]?.id).toBe('k2');
  });
});

describe('affinity', () => {
  const deployments = ['a', 'b', 'c'].map((id) => deployment(id));
  const providers = ['a', 'b', 'c'].map((id) => provider(id));

  test('a session stays where it is, and moves only when that one is sick', () => {
    const { run, health, entry } = setup(providers, deployments);
    const affinityKey = () => 'acme\u0000session-1';
    const [home] = run({ affinityKey }).ids;
    for (let i = 0; i < 50; i++) expect(run({ affinityKey }).ids[0]).toBe(home);
    const candidate = entry.byGroup.get('default')?.find((one) => one.deployment.providerId === home);
    if (candidate === undefined) throw new Error('no candidate');
    failTimes(health, candidate, 5, 1);
    expect(run({ affinityKey, now: 2 }).ids[0]).not.toBe(home);
    expect(run({ affinityKey, now: 2 }).ids[2]).toBe(home);
  });

  test('many sessions spread by weight within 5 %', () => {
    const { run } = setup(providers, [deployment('a', { weight: 2 }), deployment('b'), deployment('c')]);
    const counts: Record<string, number> = {};
    for (let i = 0; i < 10_000; i++) {
      const [first] = run({ affinityKey: () => `acme\u0000${i}` }).ids;
      counts[first ?? ''] = (counts[first ?? ''] ?? 0) + 1;
    }
    expect(Math.abs((counts['a'] ?? 0) - 5_000) / 5_000).toBeLessThan(0.05);
    expect(Math.abs((counts['b'] ?? 0) - 2_500) / 2_500).toBeLessThan(0.05);
  });
});
