import type { Selectable, Transaction } from 'kysely';
import { PROTOCOL_IDS, type ProtocolId } from '../../canonical/protocol-id.ts';
import { USAGE_UNITS, type UsageUnit } from '../../canonical/usage.ts';
import type { Price } from '../../metering/price.ts';
import type { Deployment, Model, Provider, ProviderKey } from '../../routing/catalogue.ts';
import type { SealedSecret, StoredCatalogue } from '../ports/catalogue-store.ts';
import type { LedgerSchema } from '../schema.ts';
import { accountFromRow } from './account-row.ts';
import { textListFromRow } from './text-list.ts';

type Row<Table extends keyof LedgerSchema> = Selectable<LedgerSchema[Table]>;

/** Reads the whole catalogue; the transaction must be one that sees a single state. */
export async function readCatalogue(open: Transaction<LedgerSchema>): Promise<StoredCatalogue> {
  const counter = await open.selectFrom('counter').select('value').where('name', '=', 'catalogue').executeTakeFirst();
  const digest = await open.selectFrom('catalogue_digest').select('digest').executeTakeFirst();
  const accounts = await open.selectFrom('account').selectAll().orderBy('position').orderBy('name').execute();
  const keys = await open.selectFrom('provider_key').selectAll().orderBy('position').execute();
  return {
    catalogue: {
      accounts: accounts.map(accountFromRow),
      providers: await readProviders(open, keys),
      models: await readModels(open),
    },
    secrets: keys.map(secretFromRow),
    version: counter?.value ?? 0n,
    digest: digest?.digest,
  };
}

async function readProviders(open: Transaction<LedgerSchema>, keys: Row<'provider_key'>[]): Promise<Provider[]> {
  const rows = await open.selectFrom('provider').selectAll().orderBy('position').orderBy('id').execute();
  const keysOf = Map.groupBy(keys, (key) => key.provider_id);
  return rows.map((row) => providerFromRow(row, (keysOf.get(row.id) ?? []).map(providerKeyFromRow)));
}

async function readModels(open: Transaction<LedgerSchema>): Promise<Model[]> {
  const rows = await open.selectFrom('model').selectAll().orderBy('position').orderBy('id').execute();
  const rates = await open.selectFrom('model_price').selectAll().execute();
  const deployments = await open.selectFrom('deployment').selectAll().orderBy('position').orderBy('id').execute();
  const ratesOf = Map.groupBy(rates, (rate) => rate.model_id);
  const deploymentsOf = Map.groupBy(deployments, (deployment) => deployment.model_id);
  return rows.map((row) => ({
    id: row.id,
    displayName: row.display_name ?? undefined,
    aliases: textListFromRow(row.aliases) ?? [],
    price: priceFromRows(row, ratesOf.get(row.id) ?? []),
    contextLength: optional(row.context_length),
    maxOutputTokens: optional(row.output_tokens_max),
    created: Number(row.created),
    simulated: row.simulated === 1n,
    deployments: (deploymentsOf.get(row.id) ?? []).map(deploymentFromRow),
  }));
}

/** The JSON columns were written from these very types by `replaceProviders`, so their shape needs no second check. */
function providerFromRow(row: Row<'provider'>, keys: ProviderKey[]): Provider {
  return {
    id: row.id,
    preset: row.preset ?? undefined,
    endpoints: JSON.parse(row.endpoints) as Provider['endpoints'],
    auth: JSON.parse(row.auth) as Provider['auth'],
    extraHeaders: JSON.parse(row.extra_headers) as Provider['extraHeaders'],
    quirks: JSON.parse(row.quirks) as Provider['quirks'],
    allowPrivateNetwork: row.allow_private_network === 1n,
    vendor: row.vendor === 1n,
    keys,
    timeouts: JSON.parse(row.timeouts) as Provider['timeouts'],
  };
}

function providerKeyFromRow(row: Row<'provider_key'>): ProviderKey {
  return {
    id: row.id,
    weight: Number(row.weight),
    hint: row.hint,
    requestsPerMin: optional(row.requests_per_min),
    concurrency: optional(row.concurrency),
  };
}

function secretFromRow(row: Row<'provider_key'>): SealedSecret {
  return {
    providerKeyId: row.id,
    providerId: row.provider_id,
    origin: row.origin,
    version: row.secret_version,
    dataKeyId: row.data_key_id,
    sealed: row.sealed,
  };
}

function priceFromRows({ pricing }: Row<'model'>, rows: Row<'model_price'>[]): Price | undefined {
  if (pricing === 'none') return undefined;
  const rates: Partial<Record<UsageUnit, bigint>> = {};
  for (const { unit, rate } of rows) if (isUnit(unit)) rates[unit] = rate;
  return { free: pricing === 'free', rates };
}

function deploymentFromRow(row: Row<'deployment'>): Deployment {
  return {
    id: row.id,
    providerId: row.provider_id,
    upstreamModel: row.upstream_model,
    group: row.group_name,
    tier: Number(row.tier),
    weight: Number(row.weight),
    echoModel: row.echo_model === 1n,
    protocols: textListFromRow(row.protocols)?.filter(isProtocol),
  };
}

function optional(value: bigint | null): number | undefined {
  return value === null ? undefined : Number(value);
}

function isUnit(text: string): text is UsageUnit {
  return USAGE_UNITS.some((unit) => unit === text);
}

function isProtocol(text: string): text is ProtocolId {
  return PROTOCOL_IDS.some((protocol) => protocol === text);
}
