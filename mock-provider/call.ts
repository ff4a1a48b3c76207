import type { IncomingHttpHeaders } from 'node:http';
import type { LogEntry } from './control/request-log.ts';

/** A complete request. */
export interface Call {
  readonly method: string;
  /** With query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly key: string | undefined;
  readonly body: Buffer;
  /** `undefined` when the log is off. */
  readonly entry: LogEntry | undefined;
  /** Resets this connection when the next request comes on it (fault `stale`). */
  readonly markStale: () => void;
}

/** The JSON body of a call; `undefined` when it is not JSON. */
export function jsonBody(call: Call): unknown {
  try {
    return JSON.parse(call.body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The path of a call without its query. */
export function pathOf(call: Call): string {
  return call.url.split('?', 1)[0] ?? '';
}
