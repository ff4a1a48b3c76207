import { Counter, Histogram, Registry } from '@prometheus-io/client';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CounterFamily } from '../../src/edge/counter-family.ts';
import { CounterPairs } from '../../src/edge/counter-pairs.ts';
import { HistogramFamily } from '../../src/edge/histogram-family.ts';

const FAMILY = { name: 'a_total', help: 'What is counted, by "name".', labelNames: ['first', 'second'] };
const BOUNDS = [0.05, 0.5, 1, 1_800];

const label = fc.oneof(fc.constantFrom('', 'a', '\\', '"', '\n', 'a"b', '},{'), fc.string({ unit: 'binary' }));
const events = fc.array(
  fc.record({
    first: label,
    second: label,
    value: fc.oneof(fc.constantFrom(0, ...BOUNDS), fc.double({ min: 0, max: 1e9, noNaN: true })),
  }),
);

/** What the client library writes for the same events. */
async function libraryText(make: (registry: Registry) => void): Promise<string> {
  const registry = new Registry();
  make(registry);
  return (await registry.metrics()).trimEnd();
}

test('a counter family reads as the client library would write it, whatever the labels', async () => {
  await fc.assert(
    fc.asyncProperty(events, async (list) => {
      const pairs = new CounterPairs(FAMILY);
      for (const { first, second, value } of list) pairs.add(first, second, value);
      const expected = await libraryText((registry) => {
        const counter = new Counter({ ...FAMILY, registers: [registry] });
        for (const { first, second, value } of list) counter.inc({ first, second }, value);
      });
      expect(pairs.text()).toBe(expected);
    }),
  );
});

test('a histogram family reads as the client library would write it, bounds included', async () => {
  await fc.assert(
    fc.asyncProperty(events, async (list) => {
      const family = new HistogramFamily(FAMILY, BOUNDS);
      for (const { first, second, value } of list) family.of(first, second).observe(value);
      const expected = await libraryText((registry) => {
        const histogram = new Histogram({ ...FAMILY, buckets: BOUNDS, registers: [registry] });
        for (const { first, second, value } of list) histogram.observe({ first, second }, value);
      });
      expect(family.text()).toBe(expected);
    }),
  );
});

test('a series is one, however it is reached', () => {
  const family = new CounterFamily({ name: 'b_total', help: 'B.', labelNames: [] });
  family.of().value += 1;
  family.of().value += 2;
  expect(family.text()).toBe('# HELP b_total B.\n# TYPE b_total counter\nb_total 3');
});
