import type { Transaction } from 'kysely';
import type { Deployment, Model } from '../../routing/catalogue.ts';
import type { CatalogueToApply } from '../ports/catalogue-store.ts';
import type { LedgerSchema } from '../schema.ts';
import { insertAll } from './insert-all.ts';
import { textListToRow } from './text-list.ts';

/** Puts the models, prices and deployments of a file or the environment in place of those that either put there before. */
export async function replaceModels(open: Transaction<LedgerSchema>, toApply: CatalogueToApply): Promise<void> {
  const { models } = toApply.catalogue;
  await open.deleteFrom('model').where('managed_by', '<>', 'cli').execute();
  await insertAll(
    open,
    'model',
    models.map((model, position) => modelRow(model, { managedBy: toApply.managedBy, position })),
  );
  await insertAll(open, 'model_price', models.flatMap(priceRows));
  await insertAll(
    open,
    'deployment',
    models.flatMap((model) =>
      model.deployments.map((deployment, position) => deploymentRow(deployment, { model, position })),
    ),
  );
}

function modelRow(model: Model, at: { managedBy: 'file' | 'env'; position: number }): LedgerSchema['model'] {
  return {
    id: model.id,
    position: BigInt(at.position),
    managed_by: at.managedBy,
    display_name: model.displayName ?? null,
    aliases: JSON.stringify(model.aliases),
    pricing: pricingOf(model),
    context_length: model.contextLength === undefined ? null : BigInt(model.contextLength),
    output_tokens_max: model.maxOutputTokens === undefined ? null : BigInt(model.maxOutputTokens),
    created: BigInt(model.created),
    simulated: model.simulated ? 1n : 0n,
  };
}

/** An unknown price is not a free one. */
function pricingOf({ price }: Model): 'none' | 'free' | 'rates' {
  if (price === undefined) return 'none';
  return price.free ? 'free' : 'rates';
}

function priceRows({ id, price }: Model): LedgerSchema['model_price'][] {
  return Object.entries(price?.rates ?? {}).map(([unit, rate]) => ({ model_id: id, unit, rate }));
}

function deploymentRow(deployment: Deployment, at: { model: Model; position: number }): LedgerSchema['deployment'] {
  return {
    id: deployment.id,
    model_id: at.model.id,
    provider_id: deployment.providerId,
    position: BigInt(at.position),
    upstream_model: deployment.upstreamModel,
    group_name: deployment.group,
    tier: BigInt(deployment.tier),
    weight: BigInt(deployment.weight),
    echo_model: deployment.echoModel ? 1n : 0n,
    protocols: textListToRow(deployment.protocols),
  };
}
