import { readFileSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { parseIpAddress } from '../identity/ip-address.ts';
import { isLoopback } from './client-address.ts';
import type { EdgeState } from './edge-state.ts';

const PROCESS_MIN = 256;
const RESERVED = 512;

/** Limits connections: by address (IPv6 by /64, since one line has so many), and in all by what file descriptors there are. */
export function limitConnections(server: Server, { limits, clientAddress }: EdgeState): void {
  server.maxConnections = connectionsMax(fileDescriptorsMax());
  const counts = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    // Loopback and listed proxies speak for many and are not counted.
    const address = clientAddress.of(socket.remoteAddress, undefined);
    if (isLoopback(address) || clientAddress.isTrusted(address)) return;
    const place = countedPlace(address);
    const count = (counts.get(place) ?? 0) + 1;
    if (count > limits.connectionsPerAddressMax) {
      socket.destroy();
      return;
    }
    counts.set(place, count);
    socket.on('close', () => {
      const left = (counts.get(place) ?? 1) - 1;
      if (left === 0) counts.delete(place);
      else counts.set(place, left);
    });
  });
}

/** Under which name the connections of an address are counted. */
export function countedPlace(address: string): string {
  const bytes = parseIpAddress(address);
  return bytes?.length === 16 ? bytes.slice(0, 8).join('.') : address;
}

/** Half of the descriptors, since an answer needs a second connection upstream, less what files and stores need. */
export function connectionsMax(fileDescriptors: number): number {
  return Math.max(PROCESS_MIN, Math.floor(fileDescriptors / 2) - RESERVED);
}

/** The soft limit of this process; a common one where the system does not say. */
function fileDescriptorsMax(): number {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return limit === undefined ? Number.MAX_SAFE_INTEGER : Number(limit);
  } catch {
    // Only Linux has this file; elsewhere the system's own limit is what counts.
    return Number.MAX_SAFE_INTEGER;
  }
}
