import type { AuthScheme, HeaderPairs } from '../canonical/exchange.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { ProviderQuirks } from '../canonical/provider-quirks.ts';
import type { Price } from '../metering/price.ts';

/**
 * The catalogue: what an operator configured, in domain words. A configuration file or the environment is parsed into
 * this, applied to the store, and read back from it; routing works on a frozen snapshot made of it.
 */
export interface Catalogue {
  readonly accounts: readonly Account[];
  readonly providers: readonly Provider[];
  readonly models: readonly Model[];
}

/** Who pays. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly billing: 'prepaid' | 'postpaid';
  /** Opening grant in minor units, posted once by the ledger; `undefined` for none. */
  readonly openingCredits: bigint | undefined;
  /** Ordered; the first group that has the model serves it. */
  readonly groups: readonly string[];
  readonly state: 'active' | 'suspended';
}

/** An upstream endpoint with its keys. */
export interface Provider {
  readonly id: string;
  readonly preset: string | undefined;
  /** One base URL for each protocol that the host speaks. */
  readonly endpoints: Readonly<Partial<Record<ProtocolId, string>>>;
  /** Per protocol, because one vendor may want `x-api-key` on one path and Bearer on another. */
  readonly auth: Readonly<Partial<Record<ProtocolId, AuthScheme>>>;
  readonly extraHeaders: HeaderPairs;
  readonly quirks: ProviderQuirks;
  readonly allowPrivateNetwork: boolean;
  /** The vendor's own endpoint: betas and unknown event names pass unfiltered, `saola-hops` is not sent. */
  readonly vendor: boolean;
  readonly keys: readonly ProviderKey[];
  readonly timeouts: ProviderTimeouts;
}

/** Overrides of the default attempt timeouts, in milliseconds. */
export interface ProviderTimeouts {
  readonly connectMs?: number;
  readonly headersMs?: number;
  readonly firstByteMs?: number;
  readonly idleMs?: number;
  readonly totalMs?: number;
}

/** One key of a provider. The secret itself is never here: it is opened by id inside the upstream layer. */
export interface ProviderKey {
  readonly id: string;
  readonly weight: number;
  /** The last four characters, for people. */
  readonly hint: string;
  readonly requestsPerMin: number | undefined;
  readonly concurrency: number | undefined;
}

/** What users name. */
export interface Model {
  /** `vendor/name`. */
  readonly id: string;
  readonly displayName: string | undefined;
  readonly aliases: readonly string[];
  readonly price: Price | undefined;
  readonly contextLength: number | undefined;
  readonly maxOutputTokens: number | undefined;
  readonly created: number;
  readonly simulated: boolean;
  readonly deployments: readonly Deployment[];
}

/** A model at a provider. */
export interface Deployment {
  readonly id: string;
  readonly providerId: string;
  /** The name that the upstream knows. */
  readonly upstreamModel: string;
  readonly group: string;
  /** Lower tiers are tried first. */
  readonly tier: number;
  readonly weight: number;
  /** The response's `model` is rewritten to the asked-for id. */
  readonly echoModel: boolean;
  /** `undefined`: whatever the provider speaks. */
  readonly protocols: readonly ProtocolId[] | undefined;
}
