import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** A TCP server on 127.0.0.1 that says exactly the bytes it is told to. */
export interface RawUpstream {
  readonly port: number;
  /** All sockets that were ever accepted. */
  readonly sockets: Socket[];
  close(): void;
}

/** Starts a server; `onSocket` gets each connection. */
export async function startRaw(onSocket: (socket: Socket) => void): Promise<RawUpstream> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  return { port: await listen(server), sockets, close: () => closeAll(server, sockets) };
}

/** Starts a server that answers the n-th complete request of each connection (from 0); bodies need a content-length. */
export function startAnswering(answer: (socket: Socket, n: number, request: string) => void): Promise<RawUpstream> {
  return startRaw((socket) => {
    let seen = '';
    let count = 0;
    socket.on('data', (chunk) => {
      seen += chunk.toString('latin1');
      for (let end = requestEnd(seen); end > 0; end = requestEnd(seen)) {
        const request = seen.slice(0, end);
        seen = seen.slice(end);
        answer(socket, count++, request);
      }
    });
  });
}

/** Listens on a free port of 127.0.0.1. */
export async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return address.port;
}

function closeAll(server: Server, sockets: readonly Socket[]): void {
  server.close();
  for (const socket of sockets) socket.destroy();
}

/** Length of the first complete request in the text, 0 if there is none yet. */
function requestEnd(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  const end = head + 4 + length;
  return text.length >= end ? end : 0;
}
