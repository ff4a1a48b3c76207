import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { callControl } from './call-control.ts';
import type { ControlOperation } from './control-operation.ts';

/** Answers one operation; a rejection is told to the command. */
export type ControlHandlers = Readonly<Record<ControlOperation, () => Promise<unknown>>>;

/** A Unix socket's path must fit its address structure. */
const PATH_BYTES_MAX = 100;
const LINE_BYTES_MAX = 4_096;

/**
 * Listens in the data directory, so that whoever may read the store may also poke the server. One JSON line in, one
 * JSON line out. `undefined` when the path is too long or another server has it: commands then count on the poll.
 */
export async function serveControl(
  path: string,
  handlers: ControlHandlers,
): Promise<{ close(): Promise<void> } | undefined> {
  if (Buffer.byteLength(path) > PATH_BYTES_MAX) return undefined;
  const server = createServer((socket) => serveLine(socket, handlers));
  const listening = await listen(server, path);
  if (!listening) return undefined;
  return { close: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function listen(server: ReturnType<typeof createServer>, path: string): Promise<boolean> {
  if (await tryListen(server, path)) return true;
  // A socket file without a server behind it is left over from a crash.
  if (await isServed(path)) return false;
  await rm(path, { force: true });
  return tryListen(server, path);
}

function tryListen(server: ReturnType<typeof createServer>, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(path, () => resolve(true));
  });
}

async function isServed(path: string): Promise<boolean> {
  return (await callControl(path, 'health')) !== undefined;
}

function serveLine(socket: Socket, handlers: ControlHandlers): void {
  let line = '';
  socket.setTimeout(5_000, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    line += chunk.toString('utf8');
    if (line.length > LINE_BYTES_MAX) socket.destroy();
    if (!line.includes('\n')) return;
    answer(line.slice(0, line.indexOf('\n')), handlers).then(
      (result) => socket.end(`${JSON.stringify({ ok: true, result })}\n`),
      (error: unknown) => socket.end(`${JSON.stringify({ ok: false, message: String(error) })}\n`),
    );
  });
}

async function answer(line: string, handlers: ControlHandlers): Promise<unknown> {
  const { op } = JSON.parse(line) as { op?: string };
  if (op !== 'refresh' && op !== 'reload' && op !== 'health') throw new Error('unknown operation');
  return handlers[op]();
}
