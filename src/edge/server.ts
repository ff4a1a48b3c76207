import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { BufferBudget } from './buffer-budget.ts';
import { ClientAddress } from './client-address.ts';
import { ClientConnection, type ConnectionListener } from './client-connection.ts';
import { limitConnections } from './connection-limits.ts';
import type { EdgeState } from './edge-state.ts';
import { ListenRefusal } from './listen-refusal.ts';
import { EDGE_LIMITS, type EdgeLimits, type EdgePorts } from './ports.ts';
import { refuseFault } from './refuse-fault.ts';
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
  /** Resolves with the address that it listens on, or rejects with ListenRefusal. */
  listen(options: { host: string; port: number }): Promise<AddressInfo>;
  /** Readiness off, then no new connections, then up to `limitMs` for running answers, then they are cut. */
  drain(options: { graceMs: number; limitMs: number }): Promise<void>;
  /** Number of answers under way. */
  openCount(): number;
}

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
    connections: new Set(),
    draining: false,
  };
  // Half-open, so that a client that stops sending is told apart from one that is gone, and reads its last answer.
  const server = createServer({ noDelay: true, keepAlive: true, allowHalfOpen: true });
  limitConnections(server, state);
  const listener: ConnectionListener = {
    onRequest: (request) => serveRequest(state, request),
    onFault: (connection, fault) => refuseFault(state, connection, fault),
    onGone: (connection) => state.connections.delete(connection),
  };
  server.on('connection', (socket: Socket) => {
    if (!socket.destroyed) state.connections.add(new ClientConnection(socket, listener));
  });
  const sweep = setInterval(() => checkAll(state), limits.connectionsCheckMs).unref();
  return {
    listen: (place) => listen(server, state, place),
    drain: (times) => drain(server, state, times).finally(() => clearInterval(sweep)),
    openCount: () => state.open.size,
  };
}

/** Clients that are too slow, or idle for too long, are let go. */
function checkAll({ connections, limits }: EdgeState): void {
  const now = performance.now();
  for (const connection of connections) connection.check(now, limits);
}

function listen(server: Server, { ports }: EdgeState, place: { host: string; port: number }): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => reject(new ListenRefusal(place, error));
    server.once('error', refuse);
    server.listen({ ...place, backlog: 1_024 }, () => {
      server.off('error', refuse);
      // A connection that the system could not hand over (no memory, no descriptors) is no reason to end all others.
      server.on('error', (error) => ports.onFault(error, 'none'));
      resolve(server.address() as AddressInfo);
    });
  });
}

async function drain(server: Server, state: EdgeState, times: { graceMs: number; limitMs: number }): Promise<void> {
  state.draining = true;
  await wait(times.graceMs, () => false);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of state.connections) if (connection.idle) connection.socket.destroySoon();
  await wait(times.limitMs, () => state.open.size === 0);
  for (const sink of [...state.open]) sink.drain();
  await wait(2_000, () => state.open.size === 0);
  for (const connection of state.connections) connection.socket.destroy();
  await closed;
}

/** Waits until `done`, at most `ms`. */
async function wait(ms: number, done: () => boolean): Promise<void> {
  const until = performance.now() + ms;
  while (!done() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
}
