import type { Outcome } from '../../canonical/end-state.ts';
import type { ProtocolId } from '../../canonical/protocol-id.ts';
import type { Quantities, UsageSource } from '../../canonical/usage.ts';

/** One attempt at a provider, as the request log keeps it. */
export interface AttemptRecord {
  readonly n: number;
  readonly providerId: string;
  readonly providerKeyId: string | undefined;
  readonly deploymentId: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** `ok`, or the failure class of the routing table. */
  readonly class: string;
  readonly httpStatus: number | undefined;
  readonly reason: string | undefined;
  readonly upstreamRequestId: string | undefined;
}

/** What the request log keeps of one request; no money, no prompts. */
export interface RequestRecord {
  readonly id: string;
  readonly accountId: string;
  readonly keyId: string;
  readonly protocol: ProtocolId;
  readonly endpoint: string;
  /** The model id that served, or what was asked for when none did. */
  readonly model: string;
  readonly responseModel: string | undefined;
  readonly providerId: string | undefined;
  readonly group: string | undefined;
  readonly stream: boolean;
  readonly httpStatus: number;
  readonly outcome: Outcome;
  readonly errorCode: string | undefined;
  readonly finishReason: string | undefined;
  readonly quantities: Quantities;
  readonly usageSource: UsageSource;
  readonly startedAt: number;
  readonly ttftMs: number | undefined;
  readonly durationMs: number;
  /** Why that route was taken: reason words, space separated. */
  readonly route: string;
  readonly sessionId: string | undefined;
  readonly agentId: string | undefined;
  readonly tool: string | undefined;
  readonly tags: readonly string[];
  readonly clientIp: string | undefined;
  readonly upstreamId: string | undefined;
  readonly attempts: readonly AttemptRecord[];
}
