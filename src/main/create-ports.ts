import type { Authenticator } from '../auth/authenticator.ts';
import type { AccessLog } from '../edge/access-log.ts';
import type { Metrics } from '../edge/metrics.ts';
import { openapiText } from '../edge/openapi.ts';
import type { EdgePorts } from '../edge/ports.ts';
import { createKeyParser } from '../identity/key-format.ts';
import { handleInference } from '../pipeline/handle-inference.ts';
import { listModels } from '../pipeline/list-models.ts';
import type { PipelineDeps } from '../pipeline/ports.ts';
import { operationOf } from '../protocols/registry.ts';

/** What the edge's ports are made of. */
export interface PortParts {
  readonly keys: Authenticator;
  readonly keyPrefix: string;
  readonly pipeline: PipelineDeps;
  readonly metrics: Metrics;
  readonly log: AccessLog;
  readonly version: string;
  readonly storeUp: () => boolean;
}

/** Joins the edge to authentication, the pipeline and what operators read. */
export function createPorts({ keys, keyPrefix, pipeline, metrics, log, version, storeUp }: PortParts): EdgePorts {
  const parseKey = createKeyParser(keyPrefix);
  const openapi = openapiText(version);
  return {
    authenticate: (token, address, memo) => keys.authenticate(token, address, memo),
    isOwnKey: (token) => parseKey(token) !== undefined,
    handleInference: ({ route, param }, request, principal, sink) => {
      if (route.operation === undefined) throw new Error(`route without an operation: ${route.path}`);
      void handleInference(
        { operation: operationOf(route.operation), request, principal, pathModel: param, sink },
        pipeline,
      );
    },
    handleModels: ({ param }, request, principal) =>
      listModels({ snapshot: pipeline.snapshot(), principal, request, id: param }),
    metrics: () => metrics.scrape(),
    notReady: () => (storeUp() ? undefined : 'the store does not answer'),
    openapi: () => openapi,
    onAnswered: (answer) => {
      if (answer.errorCode !== undefined) metrics.refused(answer.errorCode);
      log.answered(answer);
    },
    onFault: (error, requestId) => {
      const stack = error instanceof Error ? { stack: error.stack ?? '' } : {};
      log.error('a request failed inside', { request_id: requestId, error: String(error), ...stack });
    },
  };
}
