import { type Quantities, USAGE_UNITS } from '../../canonical/usage.ts';
import type { JsonBytes } from '../../lib/json-bytes.ts';
import type { BatchColumn } from '../databases.ts';
import type { AttemptRecord, RequestRecord } from '../ports/request-record.ts';

const DAY_MS = 86_400_000;
/** Longest text kept of anything that a caller or an upstream chose, in UTF-16 units. */
const TEXT_MAX = 512;
const TAGS_MAX = 32;
const ALIKE_MAX = 8;

const column = (type: BatchColumn['type']) => (name: string) => ({ name, type });
const REPEATED_TEXTS = [
  'key_id',
  'protocol',
  'endpoint',
  'model',
  'response_model',
  'provider',
  'group_name',
  'outcome',
];
const MORE_TEXTS = ['error_code', 'finish_reason', 'usage_source', 'route', 'agent_id', 'tool', 'client_ip'];
const OWN_TEXTS = ['session_id', 'tags', 'upstream_id', 'attempts'];
const OWN_INTS = ['started', 'day', 'ttft_ms', 'duration_ms'];

/** The columns that many records of a batch have in common, in the order of {@link packRequests}. */
export const REPEATED_COLUMNS: readonly BatchColumn[] = [
  ...['account_id'].map(column('id')),
  ...[...REPEATED_TEXTS, ...MORE_TEXTS].map(column('text')),
  ...['stream'].map(column('bool')),
  ...['http_status'].map(column('int')),
];

/** The columns of a record's own, in the order of {@link packRequests}. Quantities come last, as most are NULL. */
export const OWN_COLUMNS: readonly BatchColumn[] = [
  ...['id'].map(column('id')),
  ...OWN_TEXTS.map(column('text')),
  ...[...OWN_INTS, ...USAGE_UNITS.map((unit) => `q_${unit}`)].map(column('int')),
];

/** Writes records as the rows of a batch. Never throws: one odd record must not hold up all others. */
export function packRequests(out: JsonBytes, records: readonly RequestRecord[]): void {
  const heads = new Heads();
  let before = '[[[';
  for (const record of records) {
    out.ascii(before);
    before = '],[';
    out.number(heads.of(record));
    packOwn(out, record);
    packQuantities(out, record.quantities);
  }
  before = ']],[[';
  for (const record of heads.records) {
    out.ascii(before);
    before = '],[';
    packRepeated(out, record);
  }
  out.ascii(']]]');
}

/** What records have in common: the first of those that are alike stands for all of them. */
class Heads {
  readonly records: RequestRecord[] = [];
  /** By model and key, the places of the latest heads. */
  private readonly places = new Map<string, Map<string, number[]>>();

  /** The place of a record that is like this one. */
  of(record: RequestRecord): number {
    const places = this.placesOf(record.model, record.keyId);
    for (const place of places) {
      const head = this.records[place];
      if (head !== undefined && isAlike(head, record)) return place;
    }
    const place = this.records.push(record) - 1;
    // To look through more would take longer than to write a head again.
    if (places.length >= ALIKE_MAX) places.shift();
    places.push(place);
    return place;
  }

  private placesOf(model: string, keyId: string): number[] {
    let keys = this.places.get(model);
    if (keys === undefined) {
      keys = new Map();
      this.places.set(model, keys);
    }
    let places = keys.get(keyId);
    if (places === undefined) {
      places = [];
      keys.set(keyId, places);
    }
    return places;
  }
}

/** Whether two records of one model and key have the same values in all repeated columns. Those that differ most come first. */
function isAlike(one: RequestRecord, other: RequestRecord): boolean {
  return (
    one.stream === other.stream &&
    one.providerId === other.providerId &&
    one.finishReason === other.finishReason &&
    one.clientIp === other.clientIp &&
    one.tool === other.tool &&
    one.agentId === other.agentId &&
    one.httpStatus === other.httpStatus &&
    one.outcome === other.outcome &&
    one.errorCode === other.errorCode &&
    one.protocol === other.protocol &&
    one.endpoint === other.endpoint &&
    one.responseModel === other.responseModel &&
    one.route === other.route &&
    one.usageSource === other.usageSource &&
    one.accountId === other.accountId &&
    one.group === other.group
  );
}

function packRepeated(out: JsonBytes, record: RequestRecord): void {
  packText(out, '', record.accountId);
  packText(out, ',', record.keyId);
  packText(out, ',', record.protocol);
  packText(out, ',', clip(record.endpoint));
  packText(out, ',', clip(record.model));
  packText(out, ',', clip(record.responseModel));
  packText(out, ',', record.providerId);
  packText(out, ',', record.group);
  packText(out, ',', record.outcome);
  packText(out, ',', record.errorCode);
  packText(out, ',', clip(record.finishReason));
  packText(out, ',', record.usageSource);
  packText(out, ',', clip(record.route));
  packText(out, ',', clip(record.agentId));
  packText(out, ',', clip(record.tool));
  packText(out, ',', clip(record.clientIp));
  out.ascii(record.stream ? ',1' : ',0');
  packNumber(out, whole(record.httpStatus));
}

function packOwn(out: JsonBytes, record: RequestRecord): void {
  packText(out, ',', record.id);
  packText(out, ',', clip(record.sessionId));
  packText(out, ',', record.tags.length === 0 ? undefined : JSON.stringify(record.tags.slice(0, TAGS_MAX).map(clip)));
  packText(out, ',', clip(record.upstreamId));
  packAttempts(out, record.attempts);
  const startedAt = whole(record.startedAt);
  packNumber(out, startedAt);
  packNumber(out, Math.floor(startedAt / DAY_MS));
  packNumber(out, record.ttftMs === undefined ? undefined : whole(record.ttftMs));
  packNumber(out, whole(record.durationMs));
}

/** NULLs at the end are left out. */
function packQuantities(out: JsonBytes, quantities: Quantities): void {
  let absent = 0;
  for (const unit of USAGE_UNITS) {
    const quantity = quantities[unit];
    if (quantity === undefined) {
      absent += 1;
      continue;
    }
    for (; absent > 0; absent -= 1) out.ascii(',null');
    packNumber(out, whole(quantity));
  }
}

/**
 * JSON within a string: for each attempt its values in the order of `attemptsFromRow`, as their names would take more
 * room than all else in a row. By hand, since to escape what `JSON.stringify` wrote takes longer.
 */
function packAttempts(out: JsonBytes, attempts: readonly AttemptRecord[]): void {
  const start = out.length;
  let before = ',"[[';
  for (const attempt of attempts) {
    out.ascii(before);
    before = '],[';
    if (packAttempt(out, attempt)) continue;
    out.length = start;
    packText(out, ',', JSON.stringify(attempts.map(attemptValues)));
    return;
  }
  out.ascii(attempts.length === 0 ? ',"[]"' : ']]"');
}

/** `false` if a value needs an escape. */
function packAttempt(out: JsonBytes, attempt: AttemptRecord): boolean {
  packFinite(out, attempt.n);
  if (!packInner(out, attempt.providerId)) return false;
  if (!packInner(out, attempt.providerKeyId)) return false;
  if (!packInner(out, attempt.deploymentId)) return false;
  out.ascii(',');
  packFinite(out, attempt.startedAt);
  out.ascii(',');
  packFinite(out, attempt.durationMs);
  if (!packInner(out, attempt.class)) return false;
  out.ascii(',');
  packFinite(out, attempt.httpStatus);
  return packInner(out, attempt.reason) && packInner(out, attempt.upstreamRequestId);
}

function attemptValues(attempt: AttemptRecord): (string | number | undefined)[] {
  const { n, providerId, providerKeyId, deploymentId, startedAt, durationMs } = attempt;
  const end = [attempt.class, attempt.httpStatus, attempt.reason, attempt.upstreamRequestId];
  return [n, providerId, providerKeyId, deploymentId, startedAt, durationMs, ...end];
}

function packInner(out: JsonBytes, value: string | undefined): boolean {
  if (value === undefined) {
    out.ascii(',null');
    return true;
  }
  out.ascii(',\\"');
  if (!out.plainText(value)) return false;
  out.ascii('\\"');
  return true;
}

function packFinite(out: JsonBytes, value: number | undefined): void {
  if (value === undefined || !Number.isFinite(value)) out.ascii('null');
  else out.number(value);
}

function packNumber(out: JsonBytes, value: number | undefined): void {
  if (value === undefined) {
    out.ascii(',null');
    return;
  }
  out.ascii(',');
  out.number(value);
}

/** PostgreSQL has no lone surrogates, in JSON neither. A required text that is missing is for the store to refuse. */
function packText(out: JsonBytes, before: string, text: string | undefined): void {
  out.ascii(before);
  if (typeof text !== 'string') out.ascii('null');
  else if (!out.plainString(text)) out.utf8(JSON.stringify(text.toWellFormed()));
}

/** Times are measured in fractions and stored in whole units; what is no number becomes 0. */
function whole(value: number): number {
  return Number.isFinite(value) ? Math.round(value) : 0;
}

/** PostgreSQL refuses a NUL in a text, and neither engine needs a name of megabytes. */
function clip<T extends string | undefined>(text: T): T | string {
  if (text === undefined) return text;
  const short = text.length > TEXT_MAX ? text.slice(0, TEXT_MAX) : text;
  return short.includes('\0') ? short.replaceAll('\0', '') : short;
}
