import { expect, test } from 'vitest';
import { createMetrics, type MetricsSources } from '../../src/edge/metrics.ts';
import { attempt, finished } from './support/finished-request.ts';

const FAILURES = ['overloaded', 'server', 'rate_limit'];

function sources(parts: Partial<MetricsSources> = {}): MetricsSources {
  return {
    version: '1.2.3',
    knownModels: () => new Set(['openai/gpt-4o']),
    knownProviders: () => new Set(['openai', 'azure']),
    failureClasses: FAILURES,
    breakers: () => [{ provider: 'azure', state: 'open' }],
    inflight: () => 3,
    openStreams: () => 2,
    storeUp: () => true,
    ...parts,
  };
}

const samples = (body: string): string[] => body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

test('a finished request shows in every metric that it belongs to', async () => {
  const metrics = createMetrics(sources());
  metrics.observe(finished({ attempts: [attempt('azure', 'overloaded'), attempt('openai', 'ok')] }), {
    overheadMs: 0.4,
  });
  metrics.refused('invalid_api_key');
  metrics.configReload('failed');
  const { body, contentType } = await metrics.scrape();
  expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(samples(body)).toEqual(
    expect.arrayContaining([
      'saola_requests_total{model="openai/gpt-4o",provider="openai",protocol="openai-chat",status_class="2xx",outcome="complete"} 1',
      'saola_request_duration_seconds_count{protocol="openai-chat",stream="true"} 1',
      'saola_request_duration_seconds_sum{protocol="openai-chat",stream="true"} 0.9',
      'saola_ttft_seconds_sum{model="openai/gpt-4o"} 0.12',
      'saola_added_latency_seconds_sum{protocol="openai-chat"} 0.0004',
      'saola_tokens_total{model="openai/gpt-4o",bucket="input"} 10',
      'saola_tokens_total{model="openai/gpt-4o",bucket="input_cached"} 5',
      'saola_tokens_total{model="openai/gpt-4o",bucket="output"} 7',
      'saola_upstream_attempts_total{provider="azure",outcome="overloaded"} 1',
      'saola_upstream_attempts_total{provider="openai",outcome="ok"} 1',
      'saola_failovers_total{provider="azure",reason="overloaded"} 1',
      'saola_refused_total{reason="invalid_api_key"} 1',
      'saola_config_reload_total{result="failed"} 1',
      'saola_breaker_state{provider="azure"} 2',
      'saola_inflight_requests 3',
      'saola_open_streams 2',
      'saola_store_up 1',
      `saola_build_info{version="1.2.3",node="${process.versions.node}"} 1`,
    ]),
  );
  expect(body).toContain('saola_event_loop_delay_seconds{quantile="0.99"}');
});

test('a repeat at the same deployment is an attempt, not a failover', async () => {
  const metrics = createMetrics(sources());
  metrics.observe(finished({ attempts: [attempt('openai', 'rate_limit'), attempt('openai', 'ok')] }), {
    overheadMs: 1,
  });
  const { body } = await metrics.scrape();
  expect(body).not.toMatch(/^saola_failovers_total\{/m);
  expect(body).toContain('saola_upstream_attempts_total{provider="openai",outcome="rate_limit"} 1');
});

test('10,000 names that nobody configured make no series', async () => {
  const metrics = createMetrics(sources());
  const odd = (i: number) =>
    finished({
      model: `made-up/${i}\n"`,
      providerId: `nobody-${i}`,
      attempts: [attempt(`nobody-${i}`, `class-${i}`), attempt(`no-${i}`, 'ok')],
    });
  metrics.observe(odd(0), { overheadMs: 1 });
  metrics.refused('first');
  const before = samples((await metrics.scrape()).body).length;
  for (let i = 1; i < 10_000; i++) {
    metrics.observe(odd(i), { overheadMs: 1 });
    metrics.refused(`reason-${i}`);
  }
  const after = samples((await metrics.scrape()).body);
  expect(after.length).toBe(before);
  expect(after.join('\n')).not.toMatch(/made-up|nobody|class-|reason-/);
});

test('5,000 series is the ceiling, whatever an operator configures', async () => {
  const all = { has: () => true };
  const metrics = createMetrics(sources({ knownModels: () => all, knownProviders: () => all }));
  for (let i = 0; i < 10_000; i++) {
    const provider = `p${i % 100}`;
    const parts = { model: `m${i}`, providerId: provider, httpStatus: 200 + (i % 4) * 100 };
    metrics.observe(finished({ ...parts, attempts: [attempt(provider, FAILURES[i % 3] ?? '')] }), { overheadMs: 1 });
  }
  const after = samples((await metrics.scrape()).body);
  expect(after.length).toBeLessThanOrEqual(5_000);
  expect(after.length).toBeGreaterThan(1_000);
});

test('figures that are no figures neither throw nor spoil a sum', async () => {
  const metrics = createMetrics(sources());
  const odd = {
    durationMs: Number.NaN,
    ttftMs: -1,
    quantities: { input: Number.POSITIVE_INFINITY, output: Number.NaN },
  };
  metrics.observe(finished({ ...odd, httpStatus: Number.NaN }), { overheadMs: Number.POSITIVE_INFINITY });
  metrics.observe(finished(), { overheadMs: 1 });
  const { body } = await metrics.scrape();
  expect(samples(body)).toEqual(
    expect.arrayContaining([
      'saola_request_duration_seconds_sum{protocol="openai-chat",stream="true"} 0.9',
      'saola_ttft_seconds_count{model="openai/gpt-4o"} 2',
      'saola_added_latency_seconds_sum{protocol="openai-chat"} 0.001',
      'saola_tokens_total{model="openai/gpt-4o",bucket="input"} 10',
    ]),
  );
  expect(body).toContain('status_class="other"');
});
