import { CompiledQuery, PostgresDialect } from 'kysely';

/** int2, int4 and int8 arrive as bigint, as from SQLite; bytea (17) as plain bytes. */
const INTEGER_OIDS = new Set([20, 21, 23]);
const BYTEA_OID = 17;

/**
 * Settings of every connection. A commit that answers before it is on disk, or a session that holds locks for ever,
 * would break promises made elsewhere, so the server's own defaults do not count.
 */
const SESSION = `set synchronous_commit = on; set statement_timeout = '30s'; set lock_timeout = '15s';
  set idle_in_transaction_session_timeout = '60s'; set timezone = 'UTC'; set client_min_messages = 'warning'`;

/** Kysely's dialect for a server, by its URL. The driver is loaded here, so that an embedded store does without it. */
export async function connectPostgresql(databaseUrl: string, connectionsMax: number): Promise<PostgresDialect> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: connectionsMax,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: 'saola',
    types: {
      getTypeParser(oid: number, format?: 'text' | 'binary') {
        if (INTEGER_OIDS.has(oid)) return BigInt;
        const parse = pg.types.getTypeParser(oid, format ?? 'text');
        return oid === BYTEA_OID ? (text: string) => new Uint8Array(parse(text)) : parse;
      },
    },
  });
  // A server that goes away ends idle connections too; without a listener that would end the process.
  pool.on('error', () => {});
  return new PostgresDialect({
    pool,
    onCreateConnection: async (connection) => {
      await connection.executeQuery(CompiledQuery.raw(SESSION));
    },
  });
}
