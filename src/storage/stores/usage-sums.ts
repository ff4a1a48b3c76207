import type { Kysely } from 'kysely';
import { USAGE_UNITS } from '../../canonical/usage.ts';
import { uuidV7Floor } from '../../lib/uuid-v7-floor.ts';
import { sumInt } from '../dialect.ts';
import type { SessionSums, UsageDimension, UsageQuery, UsageSums } from '../ports/request-log.ts';
import type { RequestsSchema } from '../schema.ts';
import { isUuid } from './is-uuid.ts';
import { quantitiesOf } from './request-row.ts';

const DAY_MS = 86_400_000;
const COLUMN = {
  account: 'account_id',
  key: 'key_id',
  model: 'model',
  provider: 'provider',
  day: 'day',
  session: 'session_id',
} as const satisfies Record<UsageDimension, keyof RequestsSchema['request_log']>;

/** Adds up the log over a span of time. */
export async function readUsage(db: Kysely<RequestsSchema>, query: UsageQuery): Promise<UsageSums[]> {
  if (query.accountId !== undefined && !isUuid(query.accountId)) return [];
  const columns = query.by.map((dimension) => COLUMN[dimension]);
  let select = db
    .selectFrom('request_log')
    .select(columns)
    .select((eb) => [eb.fn.countAll<bigint>().as('requests'), eb.fn.count<bigint>('error_code').as('errors')])
    .select(USAGE_UNITS.map((unit) => sumInt<RequestsSchema, 'request_log'>(`q_${unit}`).as(`q_${unit}` as const)))
    .$if(query.by.includes('session'), (all) =>
      all.select((eb) => [
        eb.fn.max('tool').as('tool'),
        eb.fn.count<bigint>('agent_id').distinct().as('agents'),
        eb.fn.min('started').as('first_at'),
        eb.fn.max('started').as('last_at'),
      ]),
    )
    .where('id', '>=', uuidV7Floor(query.since));
  if (columns.length > 0) select = select.groupBy(columns);
  if (query.accountId !== undefined) select = select.where('account_id', '=', query.accountId);
  if (query.until !== undefined) select = select.where('id', '<', uuidV7Floor(query.until));
  for (const column of columns) select = select.orderBy(column, (order) => order.asc().nullsLast());
  const rows = await select.execute();
  return rows
    .filter((row) => row.requests > 0n)
    .map((row) => ({
      group: Object.fromEntries(query.by.map((dimension) => [dimension, groupValue(row[COLUMN[dimension]])])),
      requests: Number(row.requests),
      errors: Number(row.errors),
      quantities: quantitiesOf((unit) => row[`q_${unit}`]),
      ...(row.session_id === undefined || row.session_id === null ? {} : { session: sessionOf(row) }),
    }));
}

interface SessionColumns {
  readonly tool?: string | null | undefined;
  readonly agents?: bigint;
  readonly first_at?: bigint;
  readonly last_at?: bigint;
}

function sessionOf({ tool, agents, first_at, last_at }: SessionColumns): SessionSums {
  const times = { agents: Number(agents), firstAt: Number(first_at), lastAt: Number(last_at) };
  return tool === undefined || tool === null ? times : { tool, ...times };
}

/** A day is kept as days since 1970 and shown as a date. */
function groupValue(value: string | bigint | null | undefined): string | undefined {
  if (typeof value === 'bigint') return new Date(Number(value) * DAY_MS).toISOString().slice(0, 10);
  return value ?? undefined;
}
