import { OUTCOMES } from '../../canonical/end-state.ts';
import { PROTOCOL_IDS } from '../../canonical/protocol-id.ts';
import { type Quantities, USAGE_UNITS, type UsageUnit } from '../../canonical/usage.ts';
import type { AttemptRecord, RequestRecord } from '../ports/request-record.ts';
import type { RequestsSchema } from '../schema.ts';
import type { Bindable } from '../sqlite/messages.ts';
import { textListFromRow } from './text-list.ts';

const DAY_MS = 86_400_000;
/** Longest text kept of anything that a caller or an upstream chose, in UTF-16 units. */
const TEXT_MAX = 512;
const TAGS_MAX = 32;

/** The columns of a record, in the order of {@link pushRequestRow}. */
export const REQUEST_COLUMNS = [
  ...(['id', 'account_id', 'key_id', 'protocol', 'endpoint', 'model', 'response_model', 'provider'] as const),
  ...(['group_name', 'stream', 'http_status', 'outcome', 'error_code', 'finish_reason', 'usage_source'] as const),
  ...(['started', 'day', 'ttft_ms', 'duration_ms', 'route', 'session_id', 'agent_id', 'tool', 'tags'] as const),
  ...(['client_ip', 'upstream_id', 'attempts'] as const),
  ...USAGE_UNITS.map((unit) => `q_${unit}` as const),
];

/** Adds one record's values to those of a batch. Never throws: one odd record must not hold up all others. */
export function pushRequestRow(values: Bindable[], record: RequestRecord): void {
  const startedAt = whole(record.startedAt);
  values.push(
    record.id,
    record.accountId,
    record.keyId,
    record.protocol,
    clip(record.endpoint),
    clip(record.model),
    clipOptional(record.responseModel),
    record.providerId ?? null,
    record.group ?? null,
    record.stream ? 1 : 0,
    whole(record.httpStatus),
    record.outcome,
    record.errorCode ?? null,
    clipOptional(record.finishReason),
    record.usageSource,
    startedAt,
    Math.floor(startedAt / DAY_MS),
    record.ttftMs === undefined ? null : whole(record.ttftMs),
    whole(record.durationMs),
    clip(record.route),
    clipOptional(record.sessionId),
    clipOptional(record.agentId),
    clipOptional(record.tool),
    record.tags.length === 0 ? null : JSON.stringify(record.tags.slice(0, TAGS_MAX).map(clip)),
    clipOptional(record.clientIp),
    clipOptional(record.upstreamId),
    JSON.stringify(record.attempts),
  );
  for (const unit of USAGE_UNITS) {
    const quantity = record.quantities[unit];
    values.push(quantity === undefined ? null : whole(quantity));
  }
}

/** The record that a row holds. */
export function requestFromRow(row: RequestsSchema['request_log']): RequestRecord {
  return {
    id: row.id,
    accountId: row.account_id,
    keyId: row.key_id,
    protocol: PROTOCOL_IDS.find((protocol) => protocol === row.protocol) ?? 'openai-chat',
    endpoint: row.endpoint,
    model: row.model,
    responseModel: row.response_model ?? undefined,
    providerId: row.provider ?? undefined,
    group: row.group_name ?? undefined,
    stream: row.stream === 1n,
    httpStatus: Number(row.http_status),
    outcome: OUTCOMES.find((outcome) => outcome === row.outcome) ?? 'refused',
    errorCode: row.error_code ?? undefined,
    finishReason: row.finish_reason ?? undefined,
    quantities: quantitiesOf((unit) => row[`q_${unit}`]),
    usageSource: sourceFromRow(row.usage_source),
    startedAt: Number(row.started),
    ttftMs: row.ttft_ms === null ? undefined : Number(row.ttft_ms),
    durationMs: Number(row.duration_ms),
    route: row.route,
    sessionId: row.session_id ?? undefined,
    agentId: row.agent_id ?? undefined,
    tool: row.tool ?? undefined,
    tags: textListFromRow(row.tags) ?? [],
    clientIp: row.client_ip ?? undefined,
    upstreamId: row.upstream_id ?? undefined,
    attempts: attemptsFromRow(row.attempts),
  };
}

/** Quantities by unit from columns; NULL is absent, 0 is 0. */
export function quantitiesOf(column: (unit: UsageUnit) => bigint | null): Quantities {
  const quantities: Quantities = {};
  for (const unit of USAGE_UNITS) {
    const value = column(unit);
    if (value !== null) quantities[unit] = Number(value);
  }
  return quantities;
}

/** Written by {@link pushRequestRow} from the same type; JSON leaves out what is undefined. */
function attemptsFromRow(json: string): AttemptRecord[] {
  const attempts = JSON.parse(json) as AttemptRecord[];
  return attempts.map((attempt) => ({
    ...attempt,
    providerKeyId: attempt.providerKeyId,
    httpStatus: attempt.httpStatus,
    reason: attempt.reason,
    upstreamRequestId: attempt.upstreamRequestId,
  }));
}

function sourceFromRow(text: string): RequestRecord['usageSource'] {
  return text === 'provider' || text === 'estimate' || text === 'rejected' ? text : 'none';
}

/** Times are measured in fractions and stored in whole units; what is no number becomes 0. */
function whole(value: number): number {
  return Number.isFinite(value) ? Math.round(value) : 0;
}

/** PostgreSQL refuses a NUL in a text, and neither engine needs a name of megabytes. */
function clip(text: string): string {
  const short = text.length > TEXT_MAX ? text.slice(0, TEXT_MAX) : text;
  return short.includes('\0') ? short.replaceAll('\0', '') : short;
}

function clipOptional(text: string | undefined): string | null {
  return text === undefined ? null : clip(text);
}
