import { STATUS_CODES } from 'node:http';
import type { RequestFault } from '../http1/request-head.ts';
import { uuidV7 } from '../lib/uuid-v7.ts';
import type { RequestConnection } from './client-request.ts';
import type { EdgeState } from './edge-state.ts';

/** A request whose form is not trusted has no protocol to answer in, and its connection no next request. */
export function refuseFault(state: EdgeState, connection: RequestConnection, { status, why }: RequestFault): void {
  const id = uuidV7();
  connection.refuse(plainAnswer(status, `${why}\n`, idLines(id)));
  const none = { endpoint: undefined, accountId: undefined, keyId: undefined };
  state.ports.onAnswered({ ...none, requestId: id, status, errorCode: 'malformed_request', durationMs: 0 });
}

/** Codex opens a WebSocket first; with 426 it falls back at once, with anything else it tries again for seconds. */
export function refuseUpgrade(connection: RequestConnection, path: string): void {
  connection.refuse(plainAnswer(/\/responses\/?$/.test(path) ? 426 : 400, '', idLines(uuidV7())));
}

function idLines(id: string): string {
  return `saola-request-id: ${id}\r\nx-request-id: ${id}\r\n`;
}

function plainAnswer(status: number, text: string, lines: string): string {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}content-type: text/plain; charset=utf-8\r\n`;
  return `${head}connection: close\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
}
