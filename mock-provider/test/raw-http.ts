import { connect } from 'node:net';

/** One exchange over a plain socket, exactly as it was on the wire. */
export interface RawExchange {
  readonly head: string;
  /** Body bytes with the chunked coding taken off. */
  readonly body: string;
  /** Everything as it came. */
  readonly wire: Buffer;
  /** What arrived in one read each, head included. */
  readonly reads: readonly Buffer[];
  /** The body came to its declared end. */
  readonly complete: boolean;
  /** How the connection closed: `fin`, an error code, or `open` when `quietMs` passed without a byte. */
  readonly closed: string;
  readonly headAtMs: number;
  readonly bodyAtMs: number;
}

/** What to send. */
export interface RawRequest {
  readonly port: number;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Gives up when nothing comes for so long; the connection then counts as open. */
  readonly quietMs?: number;
}

/** Sends one request on a connection of its own and reads until it ends. */
export function rawExchange({ port, path, body, headers = {}, quietMs = 15_000 }: RawRequest): Promise<RawExchange> {
  const payload = body === undefined ? '' : JSON.stringify(body);
  const lines = [
    `${body === undefined ? 'GET' : 'POST'} ${path} HTTP/1.1`,
    'host: mock',
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`content-length: ${Buffer.byteLength(payload)}`]),
  ];
  return new Promise((resolve) => {
    const started = performance.now();
    const reads: Buffer[] = [];
    let headAtMs = 0;
    let bodyAtMs = 0;
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n${payload}`));
    socket.setNoDelay(true);
    const done = (closed: string) => {
      socket.destroy();
      resolve({ ...parse(Buffer.concat(reads)), reads, closed, headAtMs, bodyAtMs });
    };
    socket.setTimeout(quietMs, () => done('open'));
    socket.on('data', (bytes) => {
      headAtMs ||= performance.now() - started;
      reads.push(bytes);
      if (bodyAtMs === 0 && parse(Buffer.concat(reads)).body !== '') {
        bodyAtMs = performance.now() - started;
      }
    });
    socket.on('end', () => done('fin'));
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'error'));
  });
}

function parse(wire: Buffer): { head: string; body: string; wire: Buffer; complete: boolean } {
  const text = wire.toString('latin1');
  const at = text.indexOf('\r\n\r\n');
  if (at === -1) {
    return { head: text, body: '', wire, complete: false };
  }
  const head = text.slice(0, at).toLowerCase();
  const rest = text.slice(at + 4);
  const length = /content-length: (\d+)/.exec(head)?.[1];
  if (length !== undefined) {
    return { head, body: utf8(rest), wire, complete: rest.length === Number(length) };
  }
  const { body, complete } = unchunk(rest);
  return { head, body: utf8(body), wire, complete };
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

/** Takes the chunked coding off (RFC 9112 section 7.1); latin1 text, one character a byte. */
export function unchunk(text: string): { body: string; complete: boolean } {
  let body = '';
  let at = 0;
  for (;;) {
    const line = text.indexOf('\r\n', at);
    const size = line === -1 ? Number.NaN : Number.parseInt(text.slice(at, line), 16);
    if (Number.isNaN(size) || line + 2 + size > text.length) {
      return { body, complete: false };
    }
    if (size === 0) {
      return { body, complete: true };
    }
    body += text.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}
