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

/** A connection attempt that can be given up. After `cancel` the listener is not called. */
export interface PendingConnection {
  cancel(): void;
}

/** Hears of one connection, never before {@link Connector} has returned. */
export interface ConnectListener {
  /** The socket is checked and, for https, secured. Its bytes come by `onBytes`, not as `data` events. */
  onConnected(socket: Socket): void;
  onFailed(failure: ConnectFailure): void;
  /** The bytes belong to the listener. */
  onBytes(bytes: Buffer): void;
}

/** Opens one connection. */
export type Connector = (listener: ConnectListener) => PendingConnection;

const KEEP_ALIVE_PROBE_MS = 30_000;
/** Node's 250 ms is shorter than one round trip from Hanoi to a far region, and would then give up a good address. */
const NEXT_ADDRESS_AFTER_MS = 1_000;

/** The connector of one target; it keeps the last TLS session of its own connections only. */
export function createConnector(options: ConnectorOptions): Connector {
  const sessions: SessionSlot = { session: undefined };
  return (listener) => {
    let secured: TLSSocket | undefined;
    let settled = false;
    const settle = (failure: ConnectFailure | null, socket?: Socket) => {
      if (settled) return;
      settled = true;
      if (failure !== null) {
        destroyBoth();
        listener.onFailed(failure);
      } else if (socket !== undefined) listener.onConnected(socket);
    };
    const socket = openTcp(options, listener);
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
      else if (options.target.secure) {
        secured = secure(socket, { options, sessions, settle });
        secured.on('data', (bytes: Buffer) => listener.onBytes(bytes));
      } else settle(null, socket);
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

/**
 * All plain sockets read into this one buffer: Node's own way allocates 64 KiB a read and gives most of it back, which is a
 * third of what a small answer costs. Nothing keeps it: the bytes are copied before anybody sees them.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

function openTcp({ target, lookup }: ConnectorOptions, listener: ConnectListener): Socket {
  const onread = {
    buffer: READ_BUFFER,
    callback: (length: number) => {
      const bytes = Buffer.allocUnsafe(length);
      READ_BUFFER.copy(bytes, 0, 0, length);
      listener.onBytes(bytes);
      return true;
    },
  };
  return connectTcp({
    // A socket under TLS is read by TLS.
    ...(target.secure ? {} : { onread }),
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
