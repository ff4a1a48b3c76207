import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BufferBudget } from './buffer-budget.ts';
import { ClientAddress } from './client-address.ts';
import { limitConnections } from './connection-limits.ts';
import type { EdgeState } from './edge-state.ts';
import { EDGE_LIMITS, type EdgeLimits, type EdgePorts } from './ports.ts';
import { refuseBroken, refuseConnect, refuseUpgrade } from './refuse-connection.ts';
import { serveRequest } from './serve-request.ts';

/** What the server is made of. */
export interface EdgeOptions {
  readonly ports: EdgePorts;
  readonly limits?: Partial<EdgeLimits>;
  readonly trustedProxies?: readonly string[];
  /** `/metrics` answers loopback peers only, and no longer once a public URL is set. */
  readonly publicUrl?: string | undefined;
}

/** The listening edge. */
export interface Edge {
  /** Resolves with the address that it listens on. */
  listen(options: { host: string; port: number }): Promise<AddressInfo>;
  /** Readiness off, then no new connections, then up to `limitMs` for running answers, then they are cut. */
  drain(options: { graceMs: number; limitMs: number }): Promise<void>;
  /** Number of answers under way. */
  openCount(): number;
}

const REQUESTS_PER_SOCKET = 10_000;

/** Creates the HTTP server of the API listener. */
export function createEdge(options: EdgeOptions): Edge {
  const limits = { ...EDGE_LIMITS, ...options.limits };
  const state: EdgeState = {
    ports: options.ports,
    limits,
    budget: new BufferBudget(limits.bufferedBytesMax),
    clientAddress: new ClientAddress(options.trustedProxies ?? []),
    publicUrl: options.publicUrl,
    open: new Set(),
    ended: new WeakSet(),
    draining: false,
  };
  const server = createServer({
    noDelay: true,
    keepAlive: true,
    maxHeaderSize: 16 * 1024,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: limits.connectionsCheckMs,
    keepAliveTimeout: 75_000,
    insecureHTTPParser: false,
    // Node would refuse by itself, and then serve what stands behind such a request: requestFault does it instead.
    requireHostHeader: false,
    // Java's client offers `Upgrade: h2c` on its first request: only a WebSocket is an upgrade here.
    shouldUpgradeCallback: (request: IncomingMessage) => request.headers.upgrade?.toLowerCase() === 'websocket',
  });
  server.maxHeadersCount = 101;
  server.maxRequestsPerSocket = REQUESTS_PER_SOCKET;
  server.on('request', (request, response) => serveRequest(state, request, response));
  for (const expecting of ['checkContinue', 'checkExpectation'])
    server.on(expecting, (request: IncomingMessage, response: ServerResponse) =>
      serveRequest(state, request, response),
    );
  server.on('upgrade', refuseUpgrade);
  server.on('connect', refuseConnect);
  server.on('clientError', refuseBroken);
  limitConnections(server, state);
  return {
    listen: (place) => listen(server, place),
    drain: (times) => drain(server, state, times),
    openCount: () => state.open.size,
  };
}

function listen(server: Server, place: { host: string; port: number }): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...place, backlog: 1_024 }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

async function drain(server: Server, state: EdgeState, times: { graceMs: number; limitMs: number }): Promise<void> {
  state.draining = true;
  await wait(times.graceMs, () => false);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await wait(times.limitMs, () => state.open.size === 0);
  for (const sink of [...state.open]) sink.drain();
  await wait(2_000, () => state.open.size === 0);
  server.closeAllConnections();
  await closed;
}

/** Waits until `done`, at most `ms`. */
async function wait(ms: number, done: () => boolean): Promise<void> {
  const until = performance.now() + ms;
  while (!done() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
}
