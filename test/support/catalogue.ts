import type { ProtocolId } from '../../src/canonical/protocol-id.ts';
import type { Account, Catalogue, Deployment, Model, Provider, ProviderKey } from '../../src/routing/catalogue.ts';

/** A provider key with an id and defaults for the rest. */
export function providerKey(id: string, parts: Partial<ProviderKey> = {}): ProviderKey {
  return { id, weight: 1, hint: id.slice(-4), requestsPerMin: undefined, concurrency: undefined, ...parts };
}

/** A provider that speaks chat at a loopback URL, with one key. */
export function provider(id: string, parts: Partial<Provider> = {}): Provider {
  return {
    id,
    preset: undefined,
    endpoints: { 'openai-chat': 'http://127.0.0.1:9/v1' },
    auth: {},
    extraHeaders: [],
    quirks: {
      streamUsage: 'option',
      reasoningOutside: false,
      zeroInputInDelta: false,
      onDisconnect: 'cancel',
      miscEndpoints: ['completions', 'embeddings'],
    },
    allowPrivateNetwork: true,
    vendor: false,
    keys: [providerKey(`${id}-k1`)],
    timeouts: {},
    ...parts,
  };
}

/** A deployment of upstream model `m` at a provider; its id tells provider and group. */
export function deployment(providerId: string, parts: Partial<Deployment> = {}): Deployment {
  const group = parts.group ?? 'default';
  return {
    id: `${providerId}#${group}#${parts.upstreamModel ?? 'm'}`,
    providerId,
    upstreamModel: 'm',
    group,
    tier: 1,
    weight: 1,
    echoModel: false,
    protocols: undefined as readonly ProtocolId[] | undefined,
    ...parts,
  };
}

/** A model with these deployments. */
export function model(id: string, deployments: readonly Deployment[], parts: Partial<Model> = {}): Model {
  return {
    id,
    displayName: undefined,
    aliases: [],
    price: undefined,
    contextLength: undefined,
    maxOutputTokens: undefined,
    created: 0,
    simulated: false,
    deployments,
    ...parts,
  };
}

/** An active account with these groups. */
export function account(id: string, groups: readonly string[] = ['default']): Account {
  return { id, name: id, billing: 'postpaid', openingCredits: undefined, groups, state: 'active' };
}

/** A catalogue of these parts. */
export function catalogue(providers: readonly Provider[], models: readonly Model[]): Catalogue {
  return { accounts: [account('acme')], providers, models };
}
