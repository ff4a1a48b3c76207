import type { Selectable } from 'kysely';
import type { ApiKey } from '../../identity/api-key.ts';
import type { Databases } from '../databases.ts';
import type { KeyStore } from '../ports/key-store.ts';
import { StoreRefusal } from '../ports/store-refusal.ts';
import type { LedgerSchema } from '../schema.ts';
import { isUuid } from './is-uuid.ts';
import { raiseCounter } from './raise-counter.ts';
import { textListFromRow, textListToRow } from './text-list.ts';

type KeyRow = Selectable<LedgerSchema['api_key']>;

/** Client keys in SQL. */
export function createKeyStore({ ledger, dialect }: Databases): KeyStore {
  const byId = async (id: string) => {
    const row = await ledger.selectFrom('api_key').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : toKey(row);
  };
  return {
    byId,
    async create(key) {
      if (!isUuid(key.accountId)) throw noAccount(key.accountId);
      try {
        return await ledger.transaction().execute(async (open) => {
          const version = await raiseCounter(open, 'api_key');
          const stored: ApiKey = { ...key, state: 'active', version };
          await open.insertInto('api_key').values(toRow(stored)).execute();
          return stored;
        });
      } catch (error) {
        if (dialect.violation(error) === 'foreign_key') throw noAccount(key.accountId);
        throw error;
      }
    },
    async list({ accountId } = {}) {
      if (accountId !== undefined && !isUuid(accountId)) return [];
      const all = ledger.selectFrom('api_key').selectAll().orderBy('created').orderBy('id');
      const rows = await (accountId === undefined ? all : all.where('account_id', '=', accountId)).execute();
      return rows.map((row) => ({
        key: toKey(row),
        lastUsedAt: row.last_used === null ? undefined : Number(row.last_used),
      }));
    },
    setState: (id, state) =>
      ledger.transaction().execute(async (open) => {
        const version = await raiseCounter(open, 'api_key');
        const update = open.updateTable('api_key').set({ state, version }).where('id', '=', id).returningAll();
        const row = await (state === 'revoked' ? update : update.where('state', '<>', 'revoked')).executeTakeFirst();
        if (row !== undefined) return toKey(row);
        const found = await open.selectFrom('api_key').select('id').where('id', '=', id).executeTakeFirst();
        throw found === undefined
          ? new StoreRefusal('not_found', `there is no key ${id}`)
          : new StoreRefusal('revoked', `key ${id} is revoked, which is final: make a new one`);
      }),
    async changedSince(version) {
      const rows = await ledger
        .selectFrom('api_key')
        .selectAll()
        .where('version', '>', version)
        .orderBy('version')
        .execute();
      return rows.map(toKey);
    },
    touchLastUsed: (uses) =>
      ledger.transaction().execute(async (open) => {
        // In the order of ids, so that two nodes cannot wait for each other.
        for (const { id, lastUsedAt } of [...uses].sort((a, b) => (a.id < b.id ? -1 : 1))) {
          const at = BigInt(lastUsedAt);
          await open
            .updateTable('api_key')
            .set({ last_used: at })
            .where('id', '=', id)
            .where((eb) => eb.or([eb('last_used', 'is', null), eb('last_used', '<', at)]))
            .execute();
        }
      }),
  };
}

function noAccount(accountId: string): StoreRefusal {
  return new StoreRefusal('not_found', `there is no account ${accountId}`);
}

function toRow(key: ApiKey): KeyRow {
  return {
    id: key.id,
    account_id: key.accountId,
    name: key.name,
    mode: key.mode,
    secret_hmac: key.secretHmac,
    pepper_id: key.pepperId,
    last4: key.last4,
    state: key.state,
    created: BigInt(key.createdAt),
    expires: key.expiresAt === undefined ? null : BigInt(key.expiresAt),
    allowed_models: textListToRow(key.allowedModels),
    allowed_ips: textListToRow(key.allowedIps),
    last_used: null,
    version: key.version,
  };
}

function toKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    mode: row.mode === 'test' ? 'test' : 'live',
    secretHmac: row.secret_hmac,
    pepperId: row.pepper_id,
    last4: row.last4,
    state: row.state === 'active' || row.state === 'disabled' ? row.state : 'revoked',
    createdAt: Number(row.created),
    expiresAt: row.expires === null ? undefined : Number(row.expires),
    allowedModels: textListFromRow(row.allowed_models),
    allowedIps: textListFromRow(row.allowed_ips),
    version: row.version,
  };
}
