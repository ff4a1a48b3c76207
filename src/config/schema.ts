import { z } from 'zod';
import { PROTOCOL_IDS } from '../canonical/protocol-id.ts';
import { parseIpRange } from '../identity/ip-match.ts';
import { isKeyPrefix } from '../identity/key-format.ts';
import { PROVIDER_PRESETS } from '../providers/registry.ts';

const QUOTE = 'write the number in quotes, as in "3900": it is counted exactly, which an unquoted number is not';

/** A decimal as text; a bare number is refused, because it has been through a float already. */
function decimalText(description: string) {
  return z.string({ error: ({ input }) => (typeof input === 'number' ? QUOTE : undefined) }).describe(description);
}

const identifier = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'use letters, digits, ".", "_" and "-", at most 63, starting with a letter or digit',
  );
const modelName = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w./:@+-]{0,199}$/,
    'use letters, digits and "._/:@+-", at most 200, starting with a letter or digit',
  );
const accountName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/, 'use lowercase letters, digits and hyphens, at most 50');
const milliseconds = z.int().min(1).max(86_400_000);
const protocol = z.enum(PROTOCOL_IDS);
const count = z.int().min(1).max(1_000_000_000);
const weight = z.number().gt(0).max(1_000_000);
const endpoint = z.enum(['completions', 'embeddings']);
const presetId = z.enum(PROVIDER_PRESETS.map((preset) => preset.id) as [string, ...string[]]);

const providerKey = z.strictObject({
  value: z
    .string()
    .min(1)
    .describe('The secret. Use a placeholder for an environment variable or a file to keep it out of here.'),
  weight: weight.default(1).describe('Share of the requests among the keys of this provider.'),
  requestsPerMin: count.optional().describe('Upper limit that Saola keeps for this key.'),
  concurrency: count.optional().describe('Requests at the same time that Saola keeps for this key.'),
});

const provider = z.strictObject({
  id: identifier.describe('The name that deployments use.'),
  preset: presetId.optional().describe('A known host: base URLs, authentication and quirks are filled in.'),
  protocol: protocol.optional().describe('What the host speaks at `baseUrl`.'),
  baseUrl: z.string().optional().describe('Ends in /v1 for OpenAI protocols, has no version for Anthropic and Gemini.'),
  protocols: z
    .partialRecord(protocol, z.string())
    .optional()
    .describe('Base URLs of a host that speaks several protocols; instead of `protocol` and `baseUrl`.'),
  allowPrivateNetwork: z
    .boolean()
    .default(false)
    .describe('Permits this host and port although it is plain http or a private address.'),
  keys: z.array(providerKey).default([]),
  endpoints: z
    .array(endpoint)
    .optional()
    .describe('Endpoints beside chat that the host has; default both for openai-chat without a preset.'),
  quirks: z
    .strictObject({
      streamUsage: z.enum(['option', 'always', 'none']).optional(),
      reasoningOutside: z.boolean().optional(),
      zeroInputInDelta: z.boolean().optional(),
      onDisconnect: z.enum(['cancel', 'drain']).optional(),
    })
    .default({})
    .describe('Where the host differs from its protocol.'),
  timeouts: z
    .strictObject({
      connectMs: milliseconds.optional(),
      headersMs: milliseconds.optional(),
      firstByteMs: milliseconds.optional(),
      idleMs: milliseconds.optional(),
      totalMs: milliseconds.optional(),
    })
    .default({}),
});

const rates = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'reasoning',
  'audioIn',
  'audioOut',
  'imageIn',
  'imageOut',
] as const;
const price = z
  .strictObject({
    ...(Object.fromEntries(
      rates.map((name) => [name, decimalText('Credits per 1,000,000 tokens.').optional()]),
    ) as Record<(typeof rates)[number], z.ZodOptional<z.ZodString>>),
    request: decimalText('Credits for each request.').optional(),
    free: z.boolean().optional().describe('No price at all.'),
  })
  .describe('A missing input-side price equals input, a missing reasoning price equals output.');

const deployment = z.strictObject({
  provider: identifier,
  model: modelName.describe('The name that the provider knows.'),
  group: identifier.default('default').describe('The pool within which failover happens.'),
  tier: z.int().min(1).max(100).default(1).describe('Lower tiers are tried first.'),
  weight: weight.default(1).describe('Share of the requests within the tier.'),
  echoModel: z.boolean().default(false).describe('Answers name the model as it was asked for.'),
  protocols: z.array(protocol).min(1).optional().describe('Serve only these; default all that the provider speaks.'),
});

const model = z.strictObject({
  id: modelName.describe('What users name: vendor/name.'),
  displayName: z.string().min(1).max(200).optional(),
  aliases: z.array(modelName).default([]).describe('Other names that find this model.'),
  price: price.optional(),
  contextLength: count.optional(),
  maxOutputTokens: count.optional(),
  deployments: z.array(deployment).min(1),
});

const account = z.strictObject({
  name: accountName,
  billing: z.enum(['prepaid', 'postpaid']).default('prepaid'),
  credits: decimalText('An opening grant, posted once.').optional(),
  groups: z
    .array(identifier)
    .min(1)
    .default(['default'])
    .describe('In order: the first group that has the model serves it.'),
  state: z.enum(['active', 'suspended']).default('active'),
});

/** The configuration file. Every key has an effect; unknown ones are refused. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  server: z
    .strictObject({
      port: z.int().min(0).max(65_535).optional(),
      host: z.string().min(1).optional(),
      publicUrl: z.url({ protocol: /^https?$/ }).optional(),
      trustedProxies: z
        .array(z.string().refine((text) => parseIpRange(text) !== undefined, 'is not an address or CIDR range'))
        .optional()
        .describe('Proxies whose X-Forwarded-For counts.'),
      logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional(),
      drainGraceMs: milliseconds
        .optional()
        .describe('After SIGTERM: how long /readyz already says no while requests are still taken.'),
      drainMs: milliseconds.optional().describe('How long running answers may take behind that.'),
      bodyBytesMax: z.int().min(1_024).max(67_108_864).optional().describe('The largest request body.'),
    })
    .default({}),
  routing: z
    .strictObject({
      attempts: z.int().min(1).max(5).default(3).describe('Attempts at providers for one request, all together.'),
      explainHeaders: z.boolean().default(true).describe('Sends saola-attempts, saola-route and saola-overhead-ms.'),
      exposeProviders: z.boolean().default(true).describe('Adds saola-provider.'),
    })
    .prefault({}),
  keys: z
    .strictObject({
      prefix: z.string().refine(isKeyPrefix, 'is not a prefix: 2-16 lowercase letters, digits, hyphens').optional(),
    })
    .default({})
    .describe('The first word of API keys; counts at the first start only.'),
  providers: z.array(provider).default([]),
  models: z.array(model).default([]),
  accounts: z.array(account).default([]),
});

/** A configuration file after parsing. */
export type ConfigFile = z.infer<typeof configSchema>;
