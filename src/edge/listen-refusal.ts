/** An address that cannot be listened on; the message says what to do. */
export class ListenRefusal extends Error {
  override readonly name = 'ListenRefusal';

  constructor({ host, port }: { host: string; port: number }, cause: Error) {
    super(adviceFor({ host, port, code: 'code' in cause ? String(cause.code) : '' }) ?? cause.message, { cause });
  }
}

function adviceFor({ host, port, code }: { host: string; port: number; code: string }): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is in use: stop what listens there, or choose another with --port`;
    case 'EACCES':
      return `port ${port} of ${host} is reserved by the system: choose one above 1023 with --port`;
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine: choose another with --host`;
    case 'ENOTFOUND':
      return `the host name ${host} leads nowhere: choose another with --host`;
    default:
      return undefined;
  }
}
