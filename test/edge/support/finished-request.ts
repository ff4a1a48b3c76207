import type { FinishedRequest } from '../../../src/edge/finished-request.ts';

/** An attempt of the deployment `default` at a provider. */
export function attempt(providerId: string, outcome: string): FinishedRequest['attempts'][number] {
  return {
    n: 1,
    providerId,
    providerKeyId: undefined,
    deploymentId: `${providerId}#default`,
    startedAt: 0,
    durationMs: 1,
    class: outcome,
    httpStatus: 200,
    reason: undefined,
    upstreamRequestId: undefined,
  };
}

/** A streamed chat request that went well. */
export function finished(parts: Partial<FinishedRequest> = {}): FinishedRequest {
  return {
    id: '01900000-0000-7000-8000-000000000000',
    accountId: 'acme',
    keyId: 'k00000000001',
    protocol: 'openai-chat',
    endpoint: 'chat.completions',
    model: 'openai/gpt-4o',
    responseModel: undefined,
    providerId: 'openai',
    group: 'default',
    stream: true,
    httpStatus: 200,
    outcome: 'complete',
    errorCode: undefined,
    finishReason: 'stop',
    quantities: { input: 10, input_cached: 5, output: 7 },
    usageSource: 'provider',
    startedAt: 0,
    ttftMs: 120,
    durationMs: 900,
    route: '',
    sessionId: undefined,
    agentId: undefined,
    tool: undefined,
    tags: [],
    clientIp: undefined,
    upstreamId: undefined,
    attempts: [attempt('openai', 'ok')],
    ...parts,
  };
}
