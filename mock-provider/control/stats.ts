/** Counters since the start or the last reset; open connections are of the moment. */
export interface Stats {
  openConnections: number;
  connections: number;
  activeRequests: number;
  requests: number;
  /** Replies that the client did not wait for. */
  aborted: number;
  bytesSent: number;
}

/** All at 0. */
export function emptyStats(): Stats {
  return { openConnections: 0, connections: 0, activeRequests: 0, requests: 0, aborted: 0, bytesSent: 0 };
}
