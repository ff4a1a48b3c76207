import type { UpstreamTarget } from '../canonical/exchange.ts';
import { PROTOCOL_IDS, type ProtocolId } from '../canonical/protocol-id.ts';
import type { Account, Catalogue, Deployment, Model, Provider } from './catalogue.ts';

/** The catalogue indexed for routing; frozen, swapped as a whole, kept by a request for its whole life. */
export interface Snapshot {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly models: ReadonlyMap<string, ModelEntry>;
  /** Alias -> model id. */
  readonly aliases: ReadonlyMap<string, string>;
  /** What stands after the vendor's slash -> the ids that end so. */
  readonly bareNames: ReadonlyMap<string, readonly string[]>;
  readonly providers: ReadonlyMap<string, ProviderEntry>;
}

/** A model with its candidates by group. */
export interface ModelEntry {
  readonly model: Model;
  readonly byGroup: ReadonlyMap<string, readonly Candidate[]>;
}

/** A provider with what is needed to reach it, per protocol. */
export interface ProviderEntry {
  readonly provider: Provider;
  readonly targets: Readonly<Partial<Record<ProtocolId, UpstreamTarget>>>;
}

/** A deployment together with its provider. */
export interface Candidate {
  readonly deployment: Deployment;
  readonly provider: ProviderEntry;
}

/** Indexes a catalogue. A deployment of an unknown provider is a fault of the caller: the configuration refuses it. */
export function buildSnapshot(catalogue: Catalogue): Snapshot {
  const providers = new Map(catalogue.providers.map((provider) => [provider.id, providerEntry(provider)]));
  const models = new Map<string, ModelEntry>();
  const aliases = new Map<string, string>();
  const bareNames = new Map<string, string[]>();
  for (const model of catalogue.models) {
    models.set(model.id, { model, byGroup: byGroup(model, providers) });
    for (const alias of model.aliases) aliases.set(alias, model.id);
    const slash = model.id.indexOf('/');
    if (slash < 0) continue;
    const bare = model.id.slice(slash + 1);
    bareNames.set(bare, [...(bareNames.get(bare) ?? []), model.id]);
  }
  const accounts = new Map(catalogue.accounts.map((account) => [account.id, account]));
  return Object.freeze({ accounts, models, aliases, bareNames, providers });
}

function byGroup(model: Model, providers: ReadonlyMap<string, ProviderEntry>): Map<string, Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const deployment of model.deployments) {
    const provider = providers.get(deployment.providerId);
    if (provider === undefined) throw new Error(`deployment ${deployment.id} names an unknown provider`);
    const candidates = groups.get(deployment.group);
    if (candidates === undefined) groups.set(deployment.group, [{ deployment, provider }]);
    else candidates.push({ deployment, provider });
  }
  return groups;
}

function providerEntry(provider: Provider): ProviderEntry {
  const targets: Partial<Record<ProtocolId, UpstreamTarget>> = {};
  for (const protocol of PROTOCOL_IDS) {
    const baseUrl = provider.endpoints[protocol];
    if (baseUrl === undefined) continue;
    targets[protocol] = {
      providerId: provider.id,
      baseUrl,
      auth: provider.auth[protocol] ?? { type: 'bearer' },
      extraHeaders: provider.extraHeaders,
      allowPrivateNetwork: provider.allowPrivateNetwork,
      vendor: provider.vendor,
    };
  }
  return { provider, targets };
}
