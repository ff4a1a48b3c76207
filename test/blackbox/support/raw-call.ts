import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** One answer as it was on the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Body bytes with the chunked coding taken off. */
  readonly body: Buffer;
  /** The body came to its declared end. */
  readonly complete: boolean;
}

/** What to send. */
export interface RawCall {
  readonly port: number;
  readonly path: string;
  readonly body: Uint8Array | string;
  readonly headers?: readonly (readonly [string, string])[];
  /** Offsets at which the body is cut into writes of their own. */
  readonly cuts?: readonly number[];
  readonly timeoutMs?: number;
  /** Called with each read and with the socket, so that a test may leave. */
  readonly onData?: (bytes: Buffer, socket: Socket) => void;
}

/** Sends one request on a connection of its own and reads until it ends. */
export async function rawCall(call: RawCall): Promise<RawAnswer> {
  const body = Buffer.from(call.body);
  const lines = [
    `POST ${call.path} HTTP/1.1`,
    'host: localhost',
    'connection: close',
    ...(call.headers ?? [['authorization', 'Bearer test']]).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.length}`,
  ];
  const reads: Buffer[] = [];
  const socket = connect({ port: call.port, host: '127.0.0.1', noDelay: true });
  const over = new Promise<void>((resolve) => {
    socket.on('data', (bytes) => {
      reads.push(bytes);
      call.onData?.(bytes, socket);
    });
    socket.on('close', () => resolve());
    socket.on('error', () => undefined);
    socket.setTimeout(call.timeoutMs ?? 15_000, () => socket.destroy());
  });
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  let from = 0;
  for (const cut of [...(call.cuts ?? []), body.length]) {
    if (cut > from) {
      socket.write(body.subarray(from, cut));
      await turn();
    }
    from = Math.max(from, cut);
  }
  await over;
  return parseAnswer(Buffer.concat(reads));
}

/** Takes an HTTP answer apart. */
export function parseAnswer(wire: Buffer): RawAnswer {
  const headEnd = wire.indexOf('\r\n\r\n');
  if (headEnd < 0) return { status: 0, headers: new Map(), body: Buffer.alloc(0), complete: false };
  const [line = '', ...rest] = wire.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = new Map(
    rest.map((text) => [text.slice(0, text.indexOf(':')).toLowerCase(), text.slice(text.indexOf(':') + 1).trim()]),
  );
  const status = Number(line.split(' ')[1]);
  const tail = wire.subarray(headEnd + 4);
  const length = headers.get('content-length');
  if (length !== undefined) return { status, headers, body: tail, complete: tail.length === Number(length) };
  return { status, headers, ...unchunked(tail) };
}

function unchunked(bytes: Buffer): { body: Buffer; complete: boolean } {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size) || lineEnd + 4 + size > bytes.length) return { body: Buffer.concat(parts), complete: false };
    if (size === 0) return { body: Buffer.concat(parts), complete: true };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 4 + size;
  }
}
