import type { Socket } from 'node:net';

/**
 * What the system has not taken yet of the write that is under way. `writableLength` falls only when a write is over, and a
 * large answer is one write, which may take a slow client minutes. Node's own socket timeout looks here too.
 */
export function queuedBytes(socket: Socket): number {
  const handle = (socket as { _handle?: { writeQueueSize?: number } | null })._handle;
  return handle?.writeQueueSize ?? 0;
}
