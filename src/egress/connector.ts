import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import { ConnectFailure, toConnectFailure } from './connect-failure.ts';
import { judgeAddress } from './judge-address.ts';
import { type EgressTarget, isPermitted } from './parse-target.ts';

/** All that the connector needs to open checked connections to one target. */
export interface ConnectorOptions {
  readonly target: EgressTarget;
  readonly lookup: LookupFunction;
  /** At least TLS 1.2, with the operator's own authorities. */
  readonly secureContext: SecureContext;
  readonly nat64: boolean;
}

/** A connection attempt that can be given up. After `cancel` the callback is not called. */
export interface PendingConnection {
  cancel(): void;
}

/** Called once, never before {@link Connector} has returned. */
export type ConnectCallback = (failure: ConnectFailure | null, socket: Socket | undefined) => void;

/** Opens one connection; the socket is checked and, for https, secured when the callback gets it. */
export type Connector = (callback: ConnectCallback) => PendingConnection;

const KEEP_ALIVE_PROBE_MS = 30_000;
/** Node's 250 ms is shorter than one round trip from Hanoi to a far region, and would then give up a good address. */
const NEXT_ADDRESS_AFTER_MS = 1_000;

/** The connector of one target; it keeps the last TLS session of its own connections only. */
export function createConnector(options: ConnectorOptions): Connector {
  const sessions: SessionSlot = { session: undefined };
  return (callback) => {
    let secured: TLSSocket | undefined;
    let settled = false;
    const settle = (failure: ConnectFailure | null, socket?: Socket) => {
      if (settled) return;
      settled = true;
      if (failure !== null) destroyBoth();
      callback(failure, socket);
    };
    const socket = openTcp(options);
    const destroyBoth = () => {
      secured?.destroy();
      socket.destroy();
    };
    socket.on('error', (error) => settle(toConnectFailure(error, secured !== undefined)));
    socket.once('close', () => settle(new ConnectFailure(secured ? 'tls' : 'reset', 'closed while connecting')));
    socket.once('connect', () => {
      // Before any byte of ours: the name may have been resolved anew, or the host was a literal that no lookup saw.
      const blocked = peerFault(socket, options);
      if (blocked !== undefined) settle(blocked);
      else if (options.target.secure) secured = secure(socket, { options, sessions, settle });
      else settle(null, socket);
    });
    return {
      cancel() {
        settled = true;
        destroyBoth();
      },
    };
  };
}

interface SessionSlot {
  session: Buffer | undefined;
}

function openTcp({ target, lookup }: ConnectorOptions): Socket {
  return connectTcp({
    host: target.hostname,
    port: target.port,
    lookup,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
  });
}

function peerFault(socket: Socket, { target, nat64 }: ConnectorOptions): ConnectFailure | undefined {
  const peer = socket.remoteAddress;
  if (peer === undefined) return new ConnectFailure('reset', 'the peer left at once');
  if (isPermitted(judgeAddress(peer, { nat64 }), target.allowPrivateNetwork)) return undefined;
  return new ConnectFailure('blocked', `${target.hostname} is ${peer}`);
}

interface SecureArguments {
  readonly options: ConnectorOptions;
  readonly sessions: SessionSlot;
  readonly settle: (failure: ConnectFailure | null, socket?: Socket) => void;
}

function secure(socket: Socket, { options, sessions, settle }: SecureArguments): TLSSocket {
  const { hostname } = options.target;
  const secured = connectTls({
    socket,
    host: hostname,
    // RFC 6066 allows names only; the certificate is then compared with `host`.
    servername: isIP(hostname) === 0 ? hostname : '',
    secureContext: options.secureContext,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true, // said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED has no effect
    ALPNProtocols: ['http/1.1'],
    ...(sessions.session === undefined ? {} : { session: sessions.session }),
  });
  secured.on('session', (session: Buffer) => {
    sessions.session = session;
  });
  secured.on('error', (error) => settle(toConnectFailure(error, true)));
  secured.once('secureConnect', () => settle(null, secured));
  return secured;
}
