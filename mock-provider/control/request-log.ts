import type { IncomingMessage } from 'node:http';

/** The log keeps so many requests, and so many bytes of bodies; the oldest go first. */
const ENTRIES_MAX = 10_000;
const BODY_BYTES_MAX = 256 * 1024 * 1024;

/** One request as it came in, and what became of it. Times are epoch milliseconds with fraction. */
export interface LogEntry {
  /** Rises by 1 with each request of the process. */
  readonly seq: number;
  readonly receivedAtMs: number;
  readonly method: string;
  /** With query. */
  readonly path: string;
  /** Names and values in the order and the case in which they came. */
  readonly rawHeaders: readonly string[];
  readonly key: string | undefined;
  readonly body: Buffer;
  /** Set when the dialect has read the body. */
  model: string | undefined;
  /** Faults that were applied, as written. */
  faults: string[];
  status: number | undefined;
  /** Body bytes handed to the socket. */
  bytesSent: number;
  endedAtMs: number | undefined;
  /** When the client left before the reply was complete. */
  abortedAtMs: number | undefined;
}

/** Now, in epoch milliseconds with fraction. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** The bounded list of requests. */
export class RequestLog {
  readonly enabled: boolean;
  #entries: LogEntry[] = [];
  #bodyBytes = 0;
  #seq = 0;

  constructor(enabled: boolean) {
    this.enabled = enabled;
  }

  /** An entry for the request; `undefined` when the log is off. */
  add(req: IncomingMessage, body: Buffer, key: string | undefined): LogEntry | undefined {
    if (!this.enabled) {
      return undefined;
    }
    this.#seq += 1;
    const entry: LogEntry = {
      seq: this.#seq,
      receivedAtMs: nowMs(),
      method: req.method ?? '',
      path: req.url ?? '',
      rawHeaders: req.rawHeaders,
      key,
      body,
      model: undefined,
      faults: [],
      status: undefined,
      bytesSent: 0,
      endedAtMs: undefined,
      abortedAtMs: undefined,
    };
    this.#entries.push(entry);
    this.#bodyBytes += body.length;
    while (this.#entries.length > ENTRIES_MAX || this.#bodyBytes > BODY_BYTES_MAX) {
      this.#bodyBytes -= this.#entries.shift()?.body.length ?? 0;
    }
    return entry;
  }

  entries(): readonly LogEntry[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries = [];
    this.#bodyBytes = 0;
  }
}

/** A logged request as `GET /__mock/requests` shows it. */
export interface LoggedRequest {
  readonly seq: number;
  readonly receivedAtMs: number;
  readonly method: string;
  readonly path: string;
  readonly rawHeaders: readonly string[];
  /** The first value of each header, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly key: string | undefined;
  readonly bodyBase64: string;
  /** The parsed JSON body; `undefined` when it is not JSON. */
  readonly body: unknown;
  readonly model: string | undefined;
  readonly faults: readonly string[];
  readonly status: number | undefined;
  readonly bytesSent: number;
  readonly endedAtMs: number | undefined;
  readonly aborted: boolean;
  readonly abortedAtMs: number | undefined;
}

/** The public form of an entry. */
export function loggedRequest(entry: LogEntry): LoggedRequest {
  const headers: Record<string, string> = {};
  for (let at = 0; at < entry.rawHeaders.length; at += 2) {
    headers[entry.rawHeaders[at]?.toLowerCase() ?? ''] ??= entry.rawHeaders[at + 1] ?? '';
  }
  const { body, ...rest } = entry;
  return {
    ...rest,
    headers,
    bodyBase64: body.toString('base64'),
    body: parsed(body),
    aborted: entry.abortedAtMs !== undefined,
  };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
