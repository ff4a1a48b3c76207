/** Why no connection came to be; a subset of the canonical transport failures. */
export type ConnectFailureKind = 'blocked' | 'dns' | 'refused' | 'tls' | 'reset' | 'connect_timeout';

/** Why the connector gave up. */
export class ConnectFailure extends Error {
  readonly kind: ConnectFailureKind;

  constructor(kind: ConnectFailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

const UNREACHABLE = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL'];

/** Sorts an error of `net` or `tls`; `securing` tells that the TCP connection stood already. */
export function toConnectFailure(error: Error, securing: boolean): ConnectFailure {
  if (error instanceof ConnectFailure) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = error.message === '' ? code : error.message;
  return new ConnectFailure(kindOf(code, error, securing), message);
}

function kindOf(code: string, error: Error, securing: boolean): ConnectFailureKind {
  if (securing) return 'tls';
  if ('syscall' in error && error.syscall === 'getaddrinfo') return 'dns';
  if (code === 'ETIMEDOUT') return 'connect_timeout';
  return UNREACHABLE.includes(code) ? 'refused' : 'reset';
}
