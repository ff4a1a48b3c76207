import { Command } from 'commander';
import { shownPrice } from '../metering/shown-price.ts';
import type { Model } from '../routing/catalogue.ts';
import { type CommonFlags, withCommonFlags } from './flags.ts';
import { printJson, printTable } from './output.ts';
import { usingWorkspace } from './workspace.ts';

/** `saola models list`. */
export function modelsCommand(): Command {
  const models = new Command('models').description('models and their deployments');
  models.addCommand(
    withCommonFlags(new Command('list'))
      .description('list models with their deployments')
      .action(async (_flags: unknown, command: Command) => listModels(command.optsWithGlobals())),
  );
  return models;
}

async function listModels(flags: CommonFlags): Promise<void> {
  await usingWorkspace(flags, async ({ store }) => {
    const { catalogue } = await store.catalogue.load();
    if (flags.json === true) {
      printJson(catalogue.models.map(shownModel));
      return;
    }
    const rows = catalogue.models.flatMap((model) =>
      model.deployments.map((deployment) => [
        model.id,
        deployment.group,
        deployment.tier,
        deployment.weight,
        deployment.providerId,
        deployment.upstreamModel,
      ]),
    );
    printTable(['MODEL', 'GROUP', 'TIER', 'WEIGHT', 'PROVIDER', 'UPSTREAM MODEL'], rows, 'No models yet.');
  });
}

function shownModel(model: Model) {
  return {
    id: model.id,
    aliases: model.aliases,
    context_length: model.contextLength ?? null,
    max_output_tokens: model.maxOutputTokens ?? null,
    pricing: shownPrice(model.price),
    free: model.price?.free ?? false,
    simulated: model.simulated,
    deployments: model.deployments.map(({ providerId, upstreamModel, group, tier, weight }) => ({
      provider: providerId,
      model: upstreamModel,
      group,
      tier,
      weight,
    })),
  };
}
