import type { InboundRequest, ReplySink } from '../../../src/canonical/exchange.ts';
import type { EdgeAnswer, EdgeLimits, EdgePorts } from '../../../src/edge/ports.ts';
import type { RouteMatch } from '../../../src/edge/route-table.ts';
import { createEdge } from '../../../src/edge/server.ts';
import type { Principal } from '../../../src/identity/api-key.ts';

/** The one key that works; `own_` stands for the shape of a Saola key. */
export const KEY = 'own_good';

/** Whose key it is. */
export const PRINCIPAL: Principal = {
  keyId: 'k00000000001',
  keyName: 'test',
  accountId: 'acme',
  accountName: 'Acme',
  groups: ['default'],
  allowedModels: undefined,
  mode: 'test',
};

/** One request that reached the handler. */
export interface Seen {
  readonly match: RouteMatch;
  readonly request: InboundRequest;
  readonly sink: ReplySink;
  readonly text: string;
}

/** What a test may change. */
export interface EdgeSetup {
  readonly limits?: Partial<EdgeLimits>;
  readonly publicUrl?: string;
  readonly handle?: (seen: Seen) => void;
  readonly ports?: Partial<EdgePorts>;
}

/** Answers with a short JSON body. */
export function answer({ sink }: Seen): void {
  sink.send(200, ['content-type', 'application/json'], Buffer.from('{"ok":true}'));
}

/** The real edge on a loopback port, in front of a handler that keeps what it sees. */
export async function startEdge(setup: EdgeSetup = {}) {
  const seen: Seen[] = [];
  const refused: string[] = [];
  const answers: EdgeAnswer[] = [];
  const faults: unknown[] = [];
  const ports: EdgePorts = {
    authenticate: (token) => (token === KEY ? { ok: true, principal: PRINCIPAL } : { ok: false, reason: 'unknown' }),
    isOwnKey: (token) => token.startsWith('own_'),
    handleInference: (match, request, _principal, sink) => {
      const one = { match, request, sink, text: Buffer.from(request.body).toString() };
      seen.push(one);
      (setup.handle ?? answer)(one);
    },
    handleModels: (match) => ({ status: 200, body: { id: match.param ?? 'all' } }),
    metrics: () => Promise.resolve({ contentType: 'text/plain', body: 'saola_up 1\n' }),
    notReady: () => undefined,
    openapi: () => '{}',
    onAnswered: (answered) => {
      answers.push(answered);
      if (answered.errorCode !== undefined) refused.push(answered.errorCode);
    },
    onFault: (error) => faults.push(error),
    ...setup.ports,
  };
  const edge = createEdge({
    ports,
    limits: { connectionsCheckMs: 50, ...setup.limits },
    ...(setup.publicUrl === undefined ? {} : { publicUrl: setup.publicUrl }),
  });
  const { port } = await edge.listen({ host: '127.0.0.1', port: 0 });
  return {
    edge,
    port,
    url: `http://127.0.0.1:${port}`,
    seen,
    refused,
    answers,
    faults,
    close: () => edge.drain({ graceMs: 0, limitMs: 0 }),
  };
}
