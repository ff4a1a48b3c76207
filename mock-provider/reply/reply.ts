/** How the bytes of a reply end. */
type Ending =
  | 'end' // as HTTP wants it
  | 'destroy' // the socket is closed in the middle of the body
  | 'reset' // the same with a TCP reset
  | 'hang'; // nothing more comes, the socket stays open

/** A reply, ready to be written: everything that can be decided beforehand is decided. */
export interface Reply {
  readonly status: number;
  /** Flat list of names and values, without length and transfer coding. */
  readonly headers: readonly string[];
  /** One write each. */
  readonly pieces: readonly Buffer[];
  /** `undefined`: chunked. A cut unary reply declares more than it sends. */
  readonly contentLength: number | undefined;
  /** Before the head. */
  readonly headDelayMs: number;
  /** Between head and body; the head is flushed first. */
  readonly bodyDelayMs: number;
  /** Between two pieces. `together`: one after the other without a pause. `turn`: in separate turns of the event loop. */
  readonly gap: number | 'together' | 'turn';
  readonly ending: Ending;
  /** No head either: the connection is reset at once. */
  readonly resetFirst: boolean;
}

const BASE = {
  headDelayMs: 0,
  bodyDelayMs: 0,
  gap: 'together',
  ending: 'end',
  resetFirst: false,
} as const;

/** A reply whose body is one piece with its length. */
export function wholeReply(status: number, headers: readonly string[], body: Buffer): Reply {
  const pieces = body.length === 0 ? [] : [body];
  return { ...BASE, status, headers, pieces, contentLength: body.length };
}

/** A chunked reply, one piece an event. */
export function streamReply(headers: readonly string[], pieces: readonly Buffer[]): Reply {
  return { ...BASE, status: 200, headers, pieces, contentLength: undefined };
}

/** A JSON body. */
export function jsonReply(status: number, body: unknown, headers: readonly string[] = []): Reply {
  return wholeReply(status, ['content-type', 'application/json', ...headers], Buffer.from(JSON.stringify(body)));
}
