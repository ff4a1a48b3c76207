import type { ProviderPreset } from '../providers/preset.ts';
import { PROVIDER_PRESETS } from '../providers/registry.ts';
import type { Catalogue, Deployment, Model, Provider } from '../routing/catalogue.ts';
import { ConfigError } from './config-error.ts';
import { type Environment, processEnvironment, readSecret } from './env.ts';
import { digestOf } from './load-config.ts';
import { sandboxCatalogue } from './sandbox-catalogue.ts';
import { DEFAULT_ACCOUNT } from './to-catalogue.ts';
import { type PlainSecret, toProvider } from './to-provider.ts';

/** A first catalogue without a configuration. */
export interface EnvCatalogue {
  readonly catalogue: Catalogue;
  readonly secrets: readonly PlainSecret[];
  readonly digest: string;
  /** Names of the variables that were taken, to be printed. */
  readonly taken: readonly string[];
}

/** Well-known provider variables become providers with their preset models; without any, the sandbox serves. */
export function catalogueFromEnv(options: { envProviders: boolean; env?: Environment }): EnvCatalogue {
  const found = options.envProviders ? findKeys(options.env ?? processEnvironment()) : [];
  if (found.length === 0) {
    const catalogue = sandboxCatalogue();
    return { catalogue, secrets: [], digest: digestOf(catalogue, []), taken: [] };
  }
  const providers: Provider[] = [];
  const secrets: PlainSecret[] = [];
  const models = new Map<string, Model>();
  for (const { preset, secret } of found) {
    const key = { value: secret, weight: 1 };
    const made = toProvider({
      id: preset.id,
      preset: preset.id,
      keys: [key],
      allowPrivateNetwork: false,
      quirks: {},
      timeouts: {},
    });
    providers.push(made.provider);
    secrets.push(...made.secrets);
    addModels(models, preset);
  }
  const catalogue = { accounts: [DEFAULT_ACCOUNT], providers, models: [...models.values()] };
  return { catalogue, secrets, digest: digestOf(catalogue, secrets), taken: found.map(({ variable }) => variable) };
}

interface FoundKey {
  readonly preset: ProviderPreset;
  readonly variable: string;
  readonly secret: string;
}

function findKeys(env: Environment): FoundKey[] {
  const found: FoundKey[] = [];
  for (const preset of PROVIDER_PRESETS as readonly ProviderPreset[]) {
    // A host whose address the operator has to give cannot be made from a key alone.
    if (Object.keys(preset.endpoints).length === 0) continue;
    for (const variable of preset.envNames) {
      const { value, problem } = readSecret(env, variable);
      if (problem !== undefined) throw new ConfigError('environment', [{ message: problem }]);
      if (value === undefined) continue;
      found.push({ preset, variable, secret: value });
      break;
    }
  }
  return found;
}

/** A model that several hosts serve gets a deployment at each, so that they stand in for one another. */
function addModels(models: Map<string, Model>, preset: ProviderPreset): void {
  for (const model of preset.models) {
    const deployment: Deployment = {
      id: `${model.id}@${preset.id}/${model.upstreamModel}#default`,
      providerId: preset.id,
      upstreamModel: model.upstreamModel,
      group: 'default',
      tier: 1,
      weight: 1,
      echoModel: false,
      protocols: undefined,
    };
    const known = models.get(model.id);
    const { id, aliases, contextLength, maxOutputTokens } = model;
    models.set(id, {
      id,
      displayName: undefined,
      aliases: [...new Set([...(known?.aliases ?? []), ...aliases])],
      price: undefined,
      contextLength,
      maxOutputTokens,
      created: 0,
      simulated: false,
      deployments: [...(known?.deployments ?? []), deployment],
    });
  }
}
