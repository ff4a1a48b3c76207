import type { AuthScheme } from '../canonical/exchange.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { ProviderQuirks } from '../canonical/provider-quirks.ts';

/** What Saola knows about a host of models, so that an operator only adds a key. Data, no behaviour. */
export interface ProviderPreset {
  /** Kebab case; the value of `preset:` in a configuration and the default provider id. */
  readonly id: string;
  readonly name: string;
  /** What the host speaks; where `endpoints` has no URL for one of them, the operator gives it. */
  readonly protocols: readonly ProtocolId[];
  /** Base URLs: with the version for OpenAI protocols, without it for Anthropic and Gemini; no trailing slash. */
  readonly endpoints: Readonly<Partial<Record<ProtocolId, string>>>;
  /** All protocols hang on one root, so that one `baseUrl` of the operator says where each of them is. */
  readonly oneRoot: boolean;
  /** How the key is sent, where it differs from the protocol's own way. */
  readonly auth: Readonly<Partial<Record<ProtocolId, AuthScheme>>>;
  /** Environment variables that hold a key; the first that is set counts. */
  readonly envNames: readonly string[];
  readonly quirks: ProviderQuirks;
  /** The inventor of the protocol, whose own clients talk to it. */
  readonly vendor: boolean;
  /** Runs on the operator's machine or network: needs no key, and may be reached over plain http. */
  readonly local: boolean;
  /** What the host says about its API; `undefined` for a host whose documents come with it. */
  readonly docsUrl: string | undefined;
  readonly models: readonly PresetModel[];
}

/** A model that the host is known to serve. */
export interface PresetModel {
  /** `vendor/name`, the same for one model at several hosts. */
  readonly id: string;
  /** The name that the host knows. */
  readonly upstreamModel: string;
  readonly aliases: readonly string[];
  /** Tokens. */
  readonly contextLength: number;
  /** Tokens; `undefined` for models that write no text. */
  readonly maxOutputTokens: number | undefined;
}
