import { OUTCOMES } from '../../canonical/end-state.ts';
import { PROTOCOL_IDS } from '../../canonical/protocol-id.ts';
import { type Quantities, USAGE_UNITS, type UsageUnit } from '../../canonical/usage.ts';
import type { AttemptRecord, RequestRecord } from '../ports/request-record.ts';
import type { RequestsSchema } from '../schema.ts';
import { textListFromRow } from './text-list.ts';

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

/** The values of an attempt as `packRequests` writes them; NULL is what is not known. */
type AttemptValues = [
  n: number,
  providerId: string,
  providerKeyId: string | null,
  deploymentId: string,
  startedAt: number,
  durationMs: number,
  outcome: string,
  httpStatus: number | null,
  reason: string | null,
  upstreamRequestId: string | null,
];

/** Rows of the first builds hold an object for each attempt. */
function attemptsFromRow(json: string): AttemptRecord[] {
  const attempts = JSON.parse(json) as (AttemptValues | AttemptRecord)[];
  return attempts.map((attempt) => (Array.isArray(attempt) ? attemptFromValues(attempt) : withAllNames(attempt)));
}

function attemptFromValues(values: AttemptValues): AttemptRecord {
  const [n, providerId, providerKeyId, deploymentId, startedAt, durationMs, outcome, ...rest] = values;
  const [httpStatus, reason, upstreamRequestId] = rest;
  return {
    n,
    providerId,
    providerKeyId: providerKeyId ?? undefined,
    deploymentId,
    startedAt,
    durationMs,
    class: outcome,
    httpStatus: httpStatus ?? undefined,
    reason: reason ?? undefined,
    upstreamRequestId: upstreamRequestId ?? undefined,
  };
}

/** JSON leaves out what is undefined. */
function withAllNames(attempt: AttemptRecord): AttemptRecord {
  const { providerKeyId, httpStatus, reason, upstreamRequestId } = attempt;
  return { ...attempt, providerKeyId, httpStatus, reason, upstreamRequestId };
}

function sourceFromRow(text: string): RequestRecord['usageSource'] {
  return text === 'provider' || text === 'estimate' || text === 'rejected' ? text : 'none';
}
