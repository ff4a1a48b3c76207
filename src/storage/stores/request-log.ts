import { JsonBytes } from '../../lib/json-bytes.ts';
import { uuidV7Floor } from '../../lib/uuid-v7-floor.ts';
import type { Databases } from '../databases.ts';
import type { RequestLog, RequestPage } from '../ports/request-log.ts';
import { isUuid } from './is-uuid.ts';
import { OWN_COLUMNS, packRequests, REPEATED_COLUMNS } from './pack-requests.ts';
import { requestFromRow } from './request-row.ts';
import { readUsage } from './usage-sums.ts';

const PAGE_MAX = 500;
const PACKED_BYTES = 64 * 1024;

/** The request log in SQL. */
export function createRequestLog({ requests, insertNew }: Databases): RequestLog {
  const packed = new JsonBytes(PACKED_BYTES);
  const recent = async ({ accountId, since, beforeId, limit }: RequestPage) => {
    if (!isUuidOrAbsent(accountId) || !isUuidOrAbsent(beforeId)) return [];
    let query = requests.selectFrom('request_log').selectAll().orderBy('id', 'desc');
    if (accountId !== undefined) query = query.where('account_id', '=', accountId);
    if (since !== undefined) query = query.where('id', '>=', uuidV7Floor(since));
    if (beforeId !== undefined) query = query.where('id', '<', beforeId);
    const rows = await query.limit(BigInt(Math.min(PAGE_MAX, Math.max(1, limit)))).execute();
    return rows.map(requestFromRow);
  };
  return {
    recent,
    async append(records) {
      if (records.length === 0) return;
      packed.length = 0;
      packRequests(packed, records);
      await insertNew({ table: 'request_log', repeated: REPEATED_COLUMNS, own: OWN_COLUMNS, rows: packed.take() });
    },
    async byId(id, accountId) {
      if (!isUuid(id) || !isUuidOrAbsent(accountId)) return undefined;
      const query = requests.selectFrom('request_log').selectAll().where('id', '=', id);
      const row = await (accountId === undefined
        ? query
        : query.where('account_id', '=', accountId)
      ).executeTakeFirst();
      return row === undefined ? undefined : requestFromRow(row);
    },
    usage: (query) => readUsage(requests, query),
  };
}

function isUuidOrAbsent(text: string | undefined): boolean {
  return text === undefined || isUuid(text);
}
