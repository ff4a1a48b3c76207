import { PROTOCOL_IDS } from '../canonical/protocol-id.ts';
import { DEFAULT_QUIRKS } from '../providers/default-quirks.ts';
import type { Catalogue, Model } from '../routing/catalogue.ts';
import { DEFAULT_ACCOUNT } from './to-catalogue.ts';

const ID = 'sandbox';
const PRICE = {
  free: false,
  rates: { input: 1_000_000_000n, output: 4_000_000_000n, input_cached: 1_000_000_000n, reasoning: 4_000_000_000n },
};

/** A provider inside the process, with two simulated models, so that a newcomer sees tokens stream without any key. */
export function sandboxCatalogue(): Catalogue {
  return {
    accounts: [DEFAULT_ACCOUNT],
    providers: [
      {
        id: ID,
        preset: undefined,
        endpoints: Object.fromEntries(PROTOCOL_IDS.map((protocol) => [protocol, `sandbox:/${protocol}`])),
        auth: Object.fromEntries(PROTOCOL_IDS.map((protocol) => [protocol, { type: 'none' as const }])),
        extraHeaders: [],
        quirks: { ...DEFAULT_QUIRKS, miscEndpoints: ['completions'] },
        allowPrivateNetwork: false,
        vendor: false,
        keys: [],
        timeouts: {},
      },
    ],
    models: [model('echo', 'Sandbox: answers with your own words'), model('lorem', 'Sandbox: streams filler text')],
  };
}

function model(name: string, displayName: string): Model {
  const id = `${ID}/${name}`;
  return {
    id,
    displayName,
    aliases: [],
    price: PRICE,
    contextLength: 32_768,
    maxOutputTokens: 4_096,
    created: 0,
    simulated: true,
    deployments: [
      {
        id: `${id}@${ID}/${id}#default`,
        providerId: ID,
        upstreamModel: id,
        group: 'default',
        tier: 1,
        weight: 1,
        echoModel: false,
        protocols: undefined,
      },
    ],
  };
}
