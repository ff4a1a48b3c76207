import type { IncomingMessage } from 'node:http';

const LINGER_MS = 2_000;
const LINGER_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Reads away what a client still sends of a refused body, then calls `done`. Closing at once would reset the connection
 * and destroy the answer before the client has read it; Claude Code would then try again instead of showing the error.
 */
export function discardRest(request: IncomingMessage, done: () => void): void {
  let bytes = 0;
  const timer = setTimeout(finish, LINGER_MS).unref();
  function finish(): void {
    clearTimeout(timer);
    request.off('data', count);
    request.off('end', finish);
    done();
  }
  function count(chunk: Buffer): void {
    bytes += chunk.length;
    if (bytes > LINGER_BYTES_MAX) finish();
  }
  if (request.complete) {
    finish();
    return;
  }
  request.on('data', count);
  request.on('end', finish);
  request.on('close', finish);
}
