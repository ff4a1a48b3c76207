import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { SqlDialect } from '../dialect.ts';
import type { SchemaStep } from './migration.ts';

type Column = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;

const required: Column = (column) => column.notNull();
const primary: Column = (column) => column.notNull().primaryKey();

/** Required, and within a list or range that the text of the condition gives. */
function checked(condition: string): Column {
  return (column) => column.notNull().check(sql.raw(condition));
}

/** Installation, accounts, client keys, catalogue, data keys. */
export const foundation: SchemaStep = {
  name: '0001_foundation',
  part: 'ledger',
  async up(db, dialect) {
    await createInstallation(db, dialect);
    await createAccounts(db, dialect);
    await createProviders(db, dialect);
    await createModels(db, dialect);
  },
};

async function createInstallation(db: Kysely<unknown>, { createTable, type }: SqlDialect): Promise<void> {
  const { schema } = db;
  await createTable(schema, 'installation')
    .addColumn('one', type.int, (column) => primary(column).check(sql`one = 1`))
    .addColumn('id', type.id, required)
    .addColumn('created', type.int, required)
    .addColumn('key_prefix', type.text, required)
    .addColumn('secret_key_check', type.text, required)
    .addColumn('pepper_check', type.text, required)
    .execute();
  await createTable(schema, 'counter')
    .addColumn('name', type.text, primary)
    .addColumn('value', type.int, checked('value >= 0'))
    .execute();
  await sql`insert into counter (name, value) values ('api_key', 0), ('catalogue', 0)`.execute(db);
  await createTable(schema, 'catalogue_digest')
    .addColumn('one', type.int, (column) => primary(column).check(sql`one = 1`))
    .addColumn('digest', type.text, required)
    .addColumn('applied', type.int, required)
    .execute();
  await createTable(schema, 'data_key')
    .addColumn('id', type.id, primary)
    .addColumn('tenant', type.text, required)
    .addColumn('generation', type.int, checked('generation >= 1'))
    .addColumn('kek_id', type.text, required)
    .addColumn('wrapped', type.bytes, required)
    .addColumn('created', type.int, required)
    .addUniqueConstraint('data_key_generation', ['tenant', 'generation'])
    .execute();
}

async function createAccounts({ schema }: Kysely<unknown>, { createTable, type }: SqlDialect): Promise<void> {
  await createTable(schema, 'account')
    .addColumn('id', type.id, primary)
    .addColumn('name', type.text, (column) => required(column).unique())
    .addColumn('billing', type.text, checked(`billing in ('prepaid', 'postpaid')`))
    .addColumn('opening_credits', type.int, (column) =>
      column.check(sql`opening_credits between 0 and 1000000000000000000`),
    )
    .addColumn('groups', type.text, required)
    .addColumn('state', type.text, checked(`state in ('active', 'suspended')`))
    .addColumn('managed_by', type.text, checked(`managed_by in ('file', 'env', 'cli')`))
    .addColumn('position', type.int, required)
    .addColumn('created', type.int, required)
    .execute();
  await createTable(schema, 'api_key')
    .addColumn('id', type.text, primary)
    .addColumn('account_id', type.id, (column) => required(column).references('account.id'))
    .addColumn('name', type.text, required)
    .addColumn('mode', type.text, checked(`mode in ('live', 'test')`))
    .addColumn('secret_hmac', type.bytes, required)
    .addColumn('pepper_id', type.text, required)
    .addColumn('last4', type.text, required)
    .addColumn('state', type.text, checked(`state in ('active', 'disabled', 'revoked')`))
    .addColumn('created', type.int, required)
    .addColumn('expires', type.int)
    .addColumn('allowed_models', type.text)
    .addColumn('allowed_ips', type.text)
    .addColumn('last_used', type.int)
    .addColumn('version', type.int, (column) => required(column).unique())
    .execute();
  await schema.createIndex('api_key_by_account').on('api_key').columns(['account_id', 'id']).execute();
}

async function createProviders({ schema }: Kysely<unknown>, { createTable, type }: SqlDialect): Promise<void> {
  await createTable(schema, 'provider')
    .addColumn('id', type.text, primary)
    .addColumn('position', type.int, required)
    .addColumn('managed_by', type.text, checked(`managed_by in ('file', 'env', 'cli')`))
    .addColumn('preset', type.text)
    .addColumn('endpoints', type.text, required)
    .addColumn('auth', type.text, required)
    .addColumn('extra_headers', type.text, required)
    .addColumn('quirks', type.text, required)
    .addColumn('timeouts', type.text, required)
    .addColumn('allow_private_network', type.bool, checked('allow_private_network in (0, 1)'))
    .addColumn('vendor', type.bool, checked('vendor in (0, 1)'))
    .execute();
  await createTable(schema, 'provider_key')
    .addColumn('id', type.text, primary)
    .addColumn('provider_id', type.text, (column) => required(column).references('provider.id').onDelete('cascade'))
    .addColumn('position', type.int, required)
    .addColumn('weight', type.int, checked('weight >= 0'))
    .addColumn('hint', type.text, required)
    .addColumn('requests_per_min', type.int)
    .addColumn('concurrency', type.int)
    .addColumn('origin', type.text, required)
    .addColumn('secret_version', type.int, required)
    .addColumn('data_key_id', type.id, (column) => required(column).references('data_key.id'))
    .addColumn('sealed', type.bytes, required)
    .execute();
}

async function createModels({ schema }: Kysely<unknown>, { createTable, type }: SqlDialect): Promise<void> {
  await createTable(schema, 'model')
    .addColumn('id', type.text, primary)
    .addColumn('position', type.int, required)
    .addColumn('managed_by', type.text, checked(`managed_by in ('file', 'env', 'cli')`))
    .addColumn('display_name', type.text)
    .addColumn('aliases', type.text, required)
    .addColumn('pricing', type.text, checked(`pricing in ('none', 'free', 'rates')`))
    .addColumn('context_length', type.int)
    .addColumn('output_tokens_max', type.int)
    .addColumn('created', type.int, required)
    .addColumn('simulated', type.bool, checked('simulated in (0, 1)'))
    .execute();
  await createTable(schema, 'model_price')
    .addColumn('model_id', type.text, (column) => required(column).references('model.id').onDelete('cascade'))
    .addColumn('unit', type.text, required)
    .addColumn('rate', type.int, checked('rate between 0 and 1000000000000000'))
    .addPrimaryKeyConstraint('model_price_pk', ['model_id', 'unit'])
    .execute();
  await createTable(schema, 'deployment')
    .addColumn('id', type.text, primary)
    .addColumn('model_id', type.text, (column) => required(column).references('model.id').onDelete('cascade'))
    .addColumn('provider_id', type.text, (column) => required(column).references('provider.id').onDelete('cascade'))
    .addColumn('position', type.int, required)
    .addColumn('upstream_model', type.text, required)
    .addColumn('group_name', type.text, required)
    .addColumn('tier', type.int, required)
    .addColumn('weight', type.int, checked('weight >= 0'))
    .addColumn('echo_model', type.bool, checked('echo_model in (0, 1)'))
    .addColumn('protocols', type.text)
    .execute();
}
