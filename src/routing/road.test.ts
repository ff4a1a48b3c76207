import { expect, test } from 'vitest';
import { catalogue, deployment, model, provider, providerKey } from '../../test/support/catalogue.ts';
import type { Failure } from './classify-failure.ts';
import { FAILURE_CLASSES, type FailureClass, failureRow } from './failure-class.ts';
import { Health } from './health.ts';
import { plan } from './plan.ts';
import { Road, type Step } from './road.ts';
import { buildSnapshot } from './snapshot.ts';

const half = () => 0.5;

/** Two deployments, the first with two keys; the road walked with the same failure again and again. */
function walk(
  failureClass: FailureClass,
  options: { deployments?: number; keys?: number; attemptsMax?: number; retryAfterMs?: number } = {},
) {
  const keys = Array.from({ length: options.keys ?? 2 }, (_, i) => providerKey(`k${i + 1}`));
  const ids = ['a', 'b', 'c'].slice(0, options.deployments ?? 2);
  const snapshot = buildSnapshot(
    catalogue(
      ids.map((id) => provider(id, { keys: id === 'a' ? keys : [providerKey(`${id}1`)] })),
      [
        model(
          'v/m',
          ids.map((id, i) => deployment(id, { tier: i + 1 })),
        ),
      ],
    ),
  );
  const entry = snapshot.models.get('v/m');
  const health = new Health(half);
  if (entry === undefined) throw new Error('no model');
  const planned = plan({
    model: entry,
    groups: ['default'],
    need: { protocol: 'openai-chat', declared: undefined },
    affinityKey: () => undefined,
    health,
    now: 0,
    rng: half,
  });
  if (planned.type !== 'routes') throw new Error('unsupported');
  const road = new Road(planned.routes, { health, attemptsMax: options.attemptsMax ?? 5, rng: half });
  const steps: Step[] = [];
  const failure: Failure = {
    class: failureClass,
    httpStatus: undefined,
    retryAfterMs: options.retryAfterMs,
    reason: '',
  };
  for (let step: Step | undefined = road.first(); step !== undefined; step = road.next(failure, 0)) {
    steps.push(step);
    const running = { candidate: step.candidate, key: step.key, retry: step.retry };
    health.begin(running, 0);
    health.fail(running, failure, 0);
  }
  return steps.map(
    (step) => `${step.candidate.deployment.providerId}/${step.key?.id}${step.waitMs > 0 ? ' waited' : ''}`,
  );
}

/** What each class does when it keeps happening: expected attempts with two keys at `a` and one at `b`. */
const EXPECTED: Record<FailureClass, readonly string[]> = {
  stale_socket: ['a/k1', 'a/k1', 'b/b1'],
  connect: ['a/k1', 'b/b1'],
  quota: ['a/k1', 'a/k2', 'b/b1'],
  rate_limit: ['a/k1', 'a/k2', 'b/b1'],
  overloaded: ['a/k1', 'b/b1', 'b/b1 waited'],
  server: ['a/k1', 'b/b1', 'b/b1 waited'],
  bad_reply: ['a/k1', 'b/b1'],
  slow: ['a/k1', 'b/b1'],
  region: ['a/k1', 'b/b1'],
  model_gone: ['a/k1', 'b/b1'],
  no_access: ['a/k1', 'a/k2', 'b/b1'],
  credential: ['a/k1', 'a/k2', 'b/b1'],
  context: ['a/k1'],
  policy: ['a/k1'],
  capability: ['a/k1', 'b/b1'],
  caller: ['a/k1'],
  unknown_4xx: ['a/k1'],
  mid_stream: ['a/k1'],
};

test.each(Object.keys(FAILURE_CLASSES) as FailureClass[])('%s takes the road of its row', (failureClass) => {
  expect(walk(failureClass)).toEqual(EXPECTED[failureClass]);
});

test.each(Object.keys(FAILURE_CLASSES) as FailureClass[])('%s: no attempt beyond the limit', (failureClass) => {
  expect(walk(failureClass, { attemptsMax: 1 })).toHaveLength(1);
  expect(walk(failureClass, { deployments: 3, keys: 4, attemptsMax: 3 }).length).toBeLessThanOrEqual(3);
});

test('no pair of deployment and key is tried twice, but for one repeat at the end', () => {
  for (const failureClass of Object.keys(FAILURE_CLASSES) as FailureClass[]) {
    const steps = walk(failureClass, { deployments: 3, keys: 3 }).map((step) => step.replace(' waited', ''));
    const repeats = steps.length - new Set(steps).size;
    expect(repeats, failureClass).toBeLessThanOrEqual(failureRow(failureClass).sameKey === 'no' ? 0 : 1);
  }
});

test('alone, a rate limit is waited for only when the provider named at most ten seconds', () => {
  const alone = { deployments: 1, keys: 1 };
  expect(walk('rate_limit', { ...alone, retryAfterMs: 2_000 })).toEqual(['a/k1', 'a/k1 waited']);
  expect(walk('rate_limit', { ...alone, retryAfterMs: 11_000 })).toEqual(['a/k1']);
  expect(walk('rate_limit', alone)).toEqual(['a/k1']);
});

test('retries stay within a fifth of the active requests, three are always allowed', () => {
  const health = new Health(half);
  const snapshot = buildSnapshot(catalogue([provider('a')], [model('v/m', [deployment('a')])]));
  const [candidate] = snapshot.models.get('v/m')?.byGroup.get('default') ?? [];
  if (candidate === undefined) throw new Error('no candidate');
  const begin = (retry: boolean) => health.begin({ candidate, key: undefined, retry }, 0);
  for (let i = 0; i < 3; i++) {
    expect(health.retryAllowed('a')).toBe(true);
    begin(true);
  }
  expect(health.retryAllowed('a')).toBe(false);
  for (let i = 0; i < 20; i++) begin(false);
  expect(health.retryAllowed('a')).toBe(true);
  begin(true);
  begin(true);
  expect(health.retryAllowed('a')).toBe(false);
});
