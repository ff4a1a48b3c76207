import fc from 'fast-check';
import { expect, test } from 'vitest';
import { USAGE_UNITS } from '../../canonical/usage.ts';
import { JsonBytes } from '../../lib/json-bytes.ts';
import { sampleRecord } from '../conformance/samples.ts';
import type { RequestRecord } from '../ports/request-record.ts';
import type { PackedRows } from '../sqlite/messages.ts';
import { OWN_COLUMNS, packRequests, REPEATED_COLUMNS } from './pack-requests.ts';

/** The rows of a batch as objects of what is not NULL. */
function unpack(records: readonly RequestRecord[]): Record<string, unknown>[] {
  const out = new JsonBytes(16);
  packRequests(out, records);
  const [rows, shared]: PackedRows = JSON.parse(Buffer.from(out.take()).toString());
  return rows.map(([place, ...own]) => {
    const repeated = shared[place] ?? [];
    expect(repeated).toHaveLength(REPEATED_COLUMNS.length);
    expect(own.length).toBeLessThanOrEqual(OWN_COLUMNS.length);
    const pairs = [
      ...REPEATED_COLUMNS.map(({ name }, index) => [name, repeated[index]]),
      ...OWN_COLUMNS.map(({ name }, index) => [name, own[index]]),
    ];
    return Object.fromEntries(pairs.filter(([, value]) => value !== null && value !== undefined));
  });
}

const text = fc.oneof(
  fc.constantFrom('a', 'b', '', '"', '\\', '\u007f', '😀'),
  fc.string({ unit: 'grapheme', maxLength: 600 }),
);
const optional = fc.option(text, { nil: undefined });
const figure = fc.oneof(
  fc.nat(),
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1.5, 1_700_000_000_000),
);
const attempt = fc.record({
  n: figure,
  providerId: text,
  providerKeyId: optional,
  deploymentId: text,
  startedAt: figure,
  durationMs: figure,
  class: text,
  httpStatus: fc.option(figure, { nil: undefined }),
  reason: optional,
  upstreamRequestId: optional,
});
const record: fc.Arbitrary<Partial<RequestRecord>> = fc.record(
  {
    model: text,
    keyId: text,
    responseModel: optional,
    providerId: optional,
    group: optional,
    stream: fc.boolean(),
    httpStatus: fc.constantFrom(200, 404),
    errorCode: optional,
    finishReason: optional,
    ttftMs: fc.option(figure, { nil: undefined }),
    sessionId: optional,
    agentId: optional,
    tool: optional,
    clientIp: optional,
    upstreamId: optional,
    tags: fc.array(text, { maxLength: 3 }),
    quantities: fc.dictionary(fc.constantFrom(...USAGE_UNITS), fc.nat()),
    attempts: fc.array(attempt, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

const clip = (value: string | undefined) => value?.slice(0, 512).replaceAll('\0', '').toWellFormed();
/** Adding 0 makes -0 a 0, as JSON does. */
const whole = (value: number | undefined) =>
  value === undefined ? undefined : (Number.isFinite(value) ? Math.round(value) : 0) + 0;

const attemptValues = (from: RequestRecord['attempts'][number]) => [
  ...[from.n, from.providerId, from.providerKeyId, from.deploymentId, from.startedAt, from.durationMs],
  ...[from.class, from.httpStatus, from.reason, from.upstreamRequestId],
];

function expected(from: RequestRecord): Record<string, unknown> {
  const row = {
    id: from.id,
    account_id: from.accountId,
    key_id: from.keyId,
    protocol: from.protocol,
    endpoint: from.endpoint,
    model: clip(from.model),
    response_model: clip(from.responseModel),
    provider: from.providerId,
    group_name: from.group,
    stream: from.stream ? 1 : 0,
    http_status: from.httpStatus,
    outcome: from.outcome,
    error_code: from.errorCode,
    finish_reason: clip(from.finishReason),
    usage_source: from.usageSource,
    started: whole(from.startedAt),
    day: Math.floor(from.startedAt / 86_400_000),
    ttft_ms: whole(from.ttftMs),
    duration_ms: whole(from.durationMs),
    route: clip(from.route),
    session_id: clip(from.sessionId),
    agent_id: clip(from.agentId),
    tool: clip(from.tool),
    tags: from.tags.length === 0 ? undefined : JSON.stringify(from.tags.map(clip)),
    client_ip: clip(from.clientIp),
    upstream_id: clip(from.upstreamId),
    attempts: JSON.stringify(from.attempts.map(attemptValues)),
    ...Object.fromEntries(Object.entries(from.quantities).map(([unit, value]) => [`q_${unit}`, value])),
  };
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}

test('each row holds its record, whatever stands beside it in the batch', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 30 }), (parts) => {
      const records = parts.map((part) => sampleRecord(part));
      expect(unpack(records)).toEqual(records.map(expected));
    }),
    { numRuns: 300 },
  );
});

test('what is alike is written once', () => {
  const out = new JsonBytes(16);
  const records = Array.from({ length: 300 }, (_, index) => sampleRecord({ stream: index % 2 === 0 }));
  packRequests(out, records);
  const [rows, shared]: PackedRows = JSON.parse(Buffer.from(out.take()).toString());
  expect([rows.length, shared.length]).toEqual([300, 2]);
});

test.each<Partial<RequestRecord>>([
  { accountId: '01890000-0000-7000-8000-0000000000bb' },
  { keyId: 'x' },
  { protocol: 'gemini' },
  { endpoint: 'x' },
  { model: 'x' },
  { responseModel: undefined },
  { providerId: undefined },
  { group: 'x' },
  { stream: false },
  { httpStatus: 429 },
  { outcome: 'refused' },
  { errorCode: 'x' },
  { finishReason: undefined },
  { usageSource: 'none' },
  { route: 'x' },
  { agentId: undefined },
  { tool: undefined },
  { clientIp: 'x' },
])('a record that differs in %o alone keeps it', (part) => {
  const records = [sampleRecord(), sampleRecord(part)];
  expect(unpack(records)).toEqual(records.map(expected));
});

test('a required text that is missing becomes NULL, for the store to refuse', () => {
  const broken = { ...sampleRecord(), accountId: undefined } as unknown as RequestRecord;
  expect(unpack([broken])[0]).not.toHaveProperty('account_id');
});
