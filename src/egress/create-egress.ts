import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { createConnector } from './connector.ts';
import { createSystemResolve, guardedLookup, type Resolve } from './guarded-lookup.ts';
import { OriginPool, type PoolLimits } from './origin-pool.ts';
import { type EgressTarget, type ParsedTarget, parseTarget } from './parse-target.ts';

/** Settings of all outbound traffic; each has a default. */
export interface EgressOptions {
  /** The gateway's own host names, which no base URL may point to without an allowlist entry. */
  readonly ownHosts?: readonly string[];
  /** An IPv6-only host: admits 64:ff9b::/96 after judging the embedded address. */
  readonly nat64?: boolean;
  /** Authorities beside the system's, as PEM texts. */
  readonly caPems?: readonly string[];
  readonly limits?: Partial<PoolLimits>;
  /** The system's resolver unless given. */
  readonly resolve?: Resolve;
}

/** Who calls where: sockets are shared only within one such triple of provider, origin and key. */
export interface PoolKey {
  readonly providerId: string;
  readonly providerKeyId: string | undefined;
  readonly target: EgressTarget;
}

/** The only opener of outbound connections. */
export interface Egress {
  /** Judges a base URL before anything is connected; a result may be kept, each connection is checked again. */
  parse(baseUrl: string, allowPrivateNetwork: boolean): ParsedTarget;
  /** The pool of this provider, origin and key. Ask again for each request: an empty pool is forgotten. */
  pool(key: PoolKey): OriginPool;
  /** Open connections, idle ones included; for metrics. */
  connectionCount(): number;
  /** Idle connections end now, busy ones after their answer. */
  close(): void;
  /** Ends every connection now. */
  destroy(): void;
}

const LOOKUP_TIMEOUT_MS = 5_000;

const DEFAULT_LIMITS: PoolLimits = {
  connectionsMax: 4_096,
  waitingMax: 1_024,
  idleMs: 4_000,
  idleMsMax: 60_000,
  headerBytesMax: 16_384,
};

/** Makes the guarded egress. No environment proxy and no redirect has any effect on it. */
export function createEgress(options: EgressOptions = {}): Egress {
  const { ownHosts = [], nat64 = false, caPems = [], resolve = createSystemResolve() } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const secureContext = tlsContext(caPems);
  const pools = new Map<string, OriginPool>();

  const openPool = (id: string, target: EgressTarget): OriginPool => {
    const lookup = guardedLookup(target, { resolve, nat64, timeoutMs: LOOKUP_TIMEOUT_MS });
    const connector = createConnector({ target, lookup, secureContext, nat64 });
    const onEmpty = () => {
      if (pools.get(id) === pool) pools.delete(id);
    };
    const pool = new OriginPool({
      host: target.origin.slice(target.origin.indexOf('//') + 2),
      connector,
      limits,
      onEmpty,
    });
    pools.set(id, pool);
    return pool;
  };

  return {
    parse: (baseUrl, allowPrivateNetwork) => parseTarget(baseUrl, { allowPrivateNetwork, ownHosts, nat64 }),
    pool({ providerId, providerKeyId, target }) {
      const id = `${target.allowPrivateNetwork ? 'p' : 'g'} ${target.origin} ${providerId} ${providerKeyId ?? ''}`;
      return pools.get(id) ?? openPool(id, target);
    },
    connectionCount() {
      let count = 0;
      for (const pool of pools.values()) count += pool.size;
      return count;
    },
    close() {
      for (const pool of pools.values()) pool.close();
    },
    destroy() {
      for (const pool of pools.values()) pool.destroy();
    },
  };
}

function tlsContext(caPems: readonly string[]): SecureContext {
  if (caPems.length === 0) return createSecureContext({ minVersion: 'TLSv1.2' });
  return createSecureContext({ minVersion: 'TLSv1.2', ca: [...getCACertificates('default'), ...caPems] });
}
