import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** What the upstream says to one request, byte for byte. */
export interface ScriptedReply {
  readonly status?: number;
  readonly headers?: readonly (readonly [string, string])[];
  /** One write each, in turns of the event loop of their own. */
  readonly pieces: readonly Uint8Array[];
  /** `length`: the sum of the pieces, or `declaredLength`. `close`: the body ends with the connection. */
  readonly framing?: 'chunked' | 'length' | 'close';
  readonly declaredLength?: number;
  /** `end`: a clean end. `fin`: the connection is closed without one. `reset`: it is reset. `hang`: nothing more comes. */
  readonly ending?: 'end' | 'fin' | 'reset' | 'hang';
}

/** A request as it arrived. */
export interface SeenRequest {
  readonly line: string;
  /** Names in lower case. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly socket: Socket;
}

/** A running upstream that says what the test tells it to. */
export interface ScriptedUpstream {
  readonly port: number;
  readonly url: string;
  readonly seen: SeenRequest[];
  answer: (request: SeenRequest, n: number) => ScriptedReply | 'reset' | 'silent';
  close(): void;
}

/** Starts one on a free port; requests need a content-length. */
export async function startScripted(): Promise<ScriptedUpstream> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    readRequests(socket, (request) => {
      upstream.seen.push(request);
      const reply = upstream.answer(request, upstream.seen.length - 1);
      if (reply === 'reset') socket.resetAndDestroy();
      else if (reply !== 'silent') void send(socket, reply);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const upstream: ScriptedUpstream = {
    port,
    url: `http://127.0.0.1:${port}`,
    seen: [],
    answer: () => ({ status: 500, pieces: [] }),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return upstream;
}

function readRequests(socket: Socket, onRequest: (request: SeenRequest) => void): void {
  let waiting = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (;;) {
      const headEnd = waiting.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const [line = '', ...rest] = waiting.subarray(0, headEnd).toString('latin1').split('\r\n');
      const headers = rest.map((text) => {
        const colon = text.indexOf(':');
        return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()] as const;
      });
      const end = headEnd + 4 + Number(headers.find(([name]) => name === 'content-length')?.[1] ?? 0);
      if (waiting.length < end) return;
      onRequest({ line, headers, body: Buffer.from(waiting.subarray(headEnd + 4, end)), socket });
      waiting = waiting.subarray(end);
    }
  });
}

async function send(socket: Socket, reply: ScriptedReply): Promise<void> {
  const { framing = 'chunked', ending = 'end', pieces } = reply;
  const length = reply.declaredLength ?? pieces.reduce((sum, piece) => sum + piece.length, 0);
  const lines = [`HTTP/1.1 ${reply.status ?? 200} Scripted`];
  for (const [name, value] of reply.headers ?? [['content-type', 'text/event-stream']]) lines.push(`${name}: ${value}`);
  if (framing === 'chunked') lines.push('transfer-encoding: chunked');
  if (framing === 'length') lines.push(`content-length: ${length}`);
  if (framing === 'close') lines.push('connection: close');
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  for (const piece of pieces) {
    await turn();
    if (socket.destroyed) return;
    if (piece.length === 0) continue;
    const chunk =
      framing === 'chunked' ? Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, CRLF]) : piece;
    if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }
  await turn();
  if (ending === 'reset') socket.resetAndDestroy();
  else if (ending === 'fin') socket.end();
  else if (ending === 'end') {
    if (framing === 'chunked') socket.write('0\r\n\r\n');
    if (framing === 'close') socket.end();
  }
}

const CRLF = Buffer.from('\r\n');
