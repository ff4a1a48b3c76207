import type { SchemaStep } from './migration.ts';

const REQUIRED_TEXTS = ['protocol', 'endpoint', 'model', 'outcome', 'usage_source', 'route', 'attempts'] as const;
const OPTIONAL_TEXTS = [
  'response_model',
  'provider',
  'group_name',
  'error_code',
  'finish_reason',
  'session_id',
  'agent_id',
  'tool',
  'tags',
  'client_ip',
  'upstream_id',
] as const;

/** The units of that time, written out: a released step must not change when a unit is added. */
const UNITS = [
  ...['input', 'input_cached', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'],
  ...['audio_in', 'audio_out', 'image_in', 'image_out', 'audio_ms', 'char', 'image'],
  ...['search_unit', 'request', 'tool_call'],
];

/** The log of requests, in a file of its own because it is written most and may be thrown away. */
export const requestLog: SchemaStep = {
  name: '0002_request_log',
  part: 'requests',
  async up({ schema }, { createTable, type }) {
    let table = createTable(schema, 'request_log', { clustered: true })
      .addColumn('id', type.id, (column) => column.notNull().primaryKey())
      .addColumn('account_id', type.id, (column) => column.notNull())
      .addColumn('key_id', type.text, (column) => column.notNull());
    for (const name of REQUIRED_TEXTS) table = table.addColumn(name, type.text, (column) => column.notNull());
    for (const name of OPTIONAL_TEXTS) table = table.addColumn(name, type.text);
    table = table
      .addColumn('stream', type.bool, (column) => column.notNull())
      .addColumn('http_status', type.int, (column) => column.notNull())
      .addColumn('started', type.int, (column) => column.notNull())
      .addColumn('day', type.int, (column) => column.notNull())
      .addColumn('duration_ms', type.int, (column) => column.notNull())
      .addColumn('ttft_ms', type.int);
    for (const unit of UNITS) table = table.addColumn(`q_${unit}`, type.int);
    await table.execute();
    await schema.createIndex('request_log_by_account').on('request_log').columns(['account_id', 'id']).execute();
  },
};
