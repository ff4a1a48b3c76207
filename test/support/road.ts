import { sendCallError } from '../../src/edge/send-error.ts';
import { createEdge } from '../../src/edge/server.ts';
import { createEgress } from '../../src/egress/create-egress.ts';
import type { Principal } from '../../src/identity/api-key.ts';
import { handleInference } from '../../src/pipeline/handle-inference.ts';
import { listModels } from '../../src/pipeline/list-models.ts';
import type { PipelineSettings } from '../../src/pipeline/ports.ts';
import { operationOf } from '../../src/protocols/registry.ts';
import type { Catalogue } from '../../src/routing/catalogue.ts';
import { Health } from '../../src/routing/health.ts';
import { buildSnapshot } from '../../src/routing/snapshot.ts';
import type { RequestRecord } from '../../src/storage/ports/request-record.ts';
import { createSendUpstream } from '../../src/upstream/send-upstream.ts';

/** The road of a request from socket to socket, in this process: edge, pipeline and upstream, without a store. */
export interface RunningRoad {
  readonly port: number;
  readonly url: string;
  /** One a finished request, in the order of their ends. */
  readonly records: RequestRecord[];
  /** Faults of our own; a test that expects none can say so. */
  readonly faults: unknown[];
  readonly health: Health;
  /** Answers under way. */
  openCount(): number;
  drain(limitMs: number): Promise<void>;
  close(): Promise<void>;
}

/** What a test may choose. */
export interface RoadOptions {
  readonly catalogue: Catalogue;
  readonly settings?: Partial<PipelineSettings>;
  readonly principal?: Partial<Principal>;
  readonly rng?: () => number;
  /** The secret of a provider key; default: its id with `sk-` before it. */
  readonly openSecret?: (providerKeyId: string) => string;
}

const PRINCIPAL: Principal = {
  keyId: 'k',
  keyName: 'k',
  accountId: 'a',
  accountName: 'acme',
  groups: ['default'],
  allowedModels: undefined,
  mode: 'live',
};

/** Starts a road on a free port of the loopback address; keys begin with `test`. */
export async function startRoad(options: RoadOptions): Promise<RunningRoad> {
  const rng = options.rng ?? Math.random;
  const snapshot = buildSnapshot(options.catalogue);
  const principal = { ...PRINCIPAL, ...options.principal };
  const health = new Health(rng);
  const egress = createEgress();
  const records: RequestRecord[] = [];
  const faults: unknown[] = [];
  const deps = {
    snapshot: () => snapshot,
    health,
    send: createSendUpstream({ egress, openSecret: options.openSecret ?? ((id) => `sk-${id}`) }),
    sendError: sendCallError,
    record: (record: RequestRecord) => records.push(record),
    now: () => performance.now(),
    rng,
    settings: { attemptsMax: 3, explainHeaders: true, exposeProviders: true, ...options.settings },
  };
  const edge = createEdge({
    ports: {
      authenticate: () => ({ ok: true, principal }),
      isOwnKey: (token) => token.startsWith('test'),
      handleInference: ({ route, param }, request, who, sink) => {
        if (route.operation === undefined) throw new Error('a route without an operation');
        const operation = operationOf(route.operation);
        void handleInference({ operation, request, principal: who, pathModel: param, sink }, deps);
      },
      handleModels: ({ param }, request, who) => listModels({ snapshot, principal: who, request, id: param }),
      metrics: async () => ({ contentType: 'text/plain', body: '' }),
      notReady: () => undefined,
      openapi: () => '{}',
      onAnswered: () => undefined,
      onFault: (error) => faults.push(error),
    },
  });
  const { port } = await edge.listen({ host: '127.0.0.1', port: 0 });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    records,
    faults,
    health,
    openCount: () => edge.openCount(),
    drain: (limitMs) => edge.drain({ graceMs: 0, limitMs }),
    async close() {
      await edge.drain({ graceMs: 0, limitMs: 0 });
      await egress.destroy();
    },
  };
}
