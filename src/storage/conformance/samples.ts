import { randomBytes } from 'node:crypto';
import { encodeBase62 } from '../../lib/base62.ts';
import { uuidV7 } from '../../lib/uuid-v7.ts';
import type { Account, Catalogue, Model, Provider } from '../../routing/catalogue.ts';
import type { CatalogueToApply, SealedSecret } from '../ports/catalogue-store.ts';
import type { NewApiKey } from '../ports/key-store.ts';
import type { RequestRecord } from '../ports/request-record.ts';
import type { Store } from '../ports/store.ts';

/** Above 2^53, where a float would round. */
export const BEYOND_DOUBLE = 9_007_199_254_740_993n;

/** An account of a file; its id is not a UUID, as none is known before it is applied. */
export function sampleAccount(over: Partial<Account> = {}): Account {
  return {
    id: '',
    name: 'acme',
    billing: 'prepaid',
    openingCredits: BEYOND_DOUBLE,
    groups: ['premium', 'default'],
    state: 'active',
    ...over,
  };
}

/** A provider with two keys and all that a row can hold. */
export function sampleProvider(over: Partial<Provider> = {}): Provider {
  return {
    id: 'up-a',
    preset: undefined,
    endpoints: { 'openai-chat': 'http://127.0.0.1:9100/v1', gemini: 'http://127.0.0.1:9100' },
    auth: { 'openai-chat': { type: 'bearer' }, gemini: { type: 'header', name: 'x-goog-api-key' } },
    extraHeaders: ['x-title', 'Đất Việt'],
    quirks: {
      streamUsage: 'option',
      reasoningOutside: false,
      zeroInputInDelta: true,
      onDisconnect: 'drain',
      miscEndpoints: ['embeddings'],
    },
    allowPrivateNetwork: true,
    vendor: false,
    keys: [
      { id: 'up-a/1', weight: 3, hint: 'zyxw', requestsPerMin: 60, concurrency: undefined },
      { id: 'up-a/2', weight: 1, hint: 'abcd', requestsPerMin: undefined, concurrency: 8 },
    ],
    timeouts: { connectMs: 1_500, totalMs: 90_000 },
    ...over,
  };
}

/** A model with a rate that no double can hold exactly in a sum, and a deployment. */
export function sampleModel(over: Partial<Model> = {}): Model {
  return {
    id: 'openai/gpt-4o-mini',
    displayName: 'GPT-4o mini',
    aliases: ['claude-mini'],
    price: { free: false, rates: { input: 999_999_999_999_999n, output: 15_600_000_000n } },
    contextLength: 128_000,
    maxOutputTokens: 16_384,
    created: 1_721_172_741,
    simulated: false,
    deployments: [
      {
        id: 'd-1',
        providerId: 'up-a',
        upstreamModel: 'gpt-4o-mini',
        group: 'default',
        tier: 1,
        weight: 100,
        echoModel: true,
        protocols: ['openai-chat'],
      },
      {
        id: 'd-2',
        providerId: 'up-a',
        upstreamModel: 'gpt-4o-mini-2024-07-18',
        group: 'premium',
        tier: 2,
        weight: 1,
        echoModel: false,
        protocols: undefined,
      },
    ],
    ...over,
  };
}

/** A catalogue ready to be applied, with a secret for each key; the data key of the secrets is made in the store. */
export async function sampleApply(store: Store, catalogue: Partial<Catalogue> = {}): Promise<CatalogueToApply> {
  const whole: Catalogue = {
    accounts: [sampleAccount()],
    providers: [sampleProvider()],
    models: [sampleModel()],
    ...catalogue,
  };
  const dataKey = await store.dataKeys.ensure({
    id: uuidV7(),
    tenant: 'platform',
    generation: 1n,
    kekId: 'kek-1',
    wrapped: new Uint8Array([0, 255, 1, 128]),
    createdAt: 1_700_000_000_000,
  });
  const secrets: SealedSecret[] = whole.providers.flatMap((provider) =>
    provider.keys.map((key) => ({
      providerKeyId: key.id,
      providerId: provider.id,
      origin: 'http://127.0.0.1:9100',
      version: BEYOND_DOUBLE,
      dataKeyId: dataKey.id,
      sealed: new Uint8Array(randomBytes(60)),
    })),
  );
  return {
    catalogue: whole,
    secrets,
    digest: randomBytes(8).toString('hex'),
    managedBy: 'file',
    appliedAt: 1_700_000_000_000,
  };
}

/** A key of an account. */
export function sampleKey(accountId: string, over: Partial<NewApiKey> = {}): NewApiKey {
  return {
    id: encodeBase62(BigInt(`0x${randomBytes(8).toString('hex')}`), 12),
    accountId,
    name: 'ci-key-1',
    mode: 'live',
    secretHmac: new Uint8Array(randomBytes(32)),
    pepperId: 'p1',
    last4: 'zyxw',
    createdAt: 1_700_000_000_000,
    expiresAt: undefined,
    allowedModels: undefined,
    allowedIps: undefined,
    ...over,
  };
}

/** A finished request with all that a row can hold. */
export function sampleRecord(over: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: uuidV7(),
    accountId: '01890000-0000-7000-8000-0000000000aa',
    keyId: 'abcdefghijkl',
    protocol: 'anthropic-messages',
    endpoint: 'messages',
    model: 'anthropic/claude-sonnet-4',
    responseModel: 'claude-sonnet-4-20250514',
    providerId: 'up-a',
    group: 'default',
    stream: true,
    httpStatus: 200,
    outcome: 'complete',
    errorCode: undefined,
    finishReason: 'end_turn',
    quantities: { input: 1_234, input_cached: 0, output: 567 },
    usageSource: 'provider',
    startedAt: Date.now(),
    ttftMs: 312,
    durationMs: 4_021,
    route: 'group:default tier:1',
    sessionId: 'session-1',
    agentId: 'agent-1',
    tool: 'claude-code',
    tags: ['team:a', 'Đội B'],
    clientIp: '127.0.0.1',
    upstreamId: 'req_1',
    attempts: [
      {
        n: 1,
        providerId: 'up-a',
        providerKeyId: 'up-a/1',
        deploymentId: 'd-1',
        startedAt: 1_700_000_000_000,
        durationMs: 4_000,
        class: 'ok',
        httpStatus: 200,
        reason: undefined,
        upstreamRequestId: 'req_1',
      },
    ],
    ...over,
  };
}
