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

/** Written by `packRequests` from the same type; JSON leaves out what is undefined. */
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
