import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

const STATUS_OF_FAULT: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What the parser refused, or what came too slowly: told if nothing else is being told on this connection, then closed. */
export function refuseBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  hangUp(socket, STATUS_OF_FAULT[error.code ?? ''] ?? 400);
}

/** Half an answer may be out: words of ours in the middle of it would be taken for a part of it. Node's own default asks so too. */
function isAnswering(socket: Socket & { _httpMessage?: { headersSent: boolean } | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}

/** Codex opens a WebSocket first; with 426 it falls back at once, with anything else it tries again for seconds. */
export function refuseUpgrade(request: IncomingMessage, socket: Socket): void {
  const path = request.url?.split('?', 1)[0] ?? '';
  hangUp(socket, /\/responses\/?$/.test(path) ? 426 : 400);
}

/** This is no proxy. */
export function refuseConnect(_request: IncomingMessage, socket: Socket): void {
  hangUp(socket, 405);
}

function hangUp(socket: Socket, status: number): void {
  // Node leaves the socket of an upgrade or a CONNECT without anybody who hears its errors.
  socket.on('error', () => socket.destroy());
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  socket.destroySoon();
}
