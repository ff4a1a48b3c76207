/** One burst of load, as it is sent to the load generator. All text is ASCII or UTF-8. */
export interface LoadSpec {
  readonly port: number;
  readonly path: string;
  /** Beside host, content-type and content-length. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Requests open at the same time, each on a connection of its own. */
  readonly inFlight: number;
  /** No request begins after this time; those under way are read to their end. */
  readonly forMs: number;
  /** Or after so many requests, whichever comes first. */
  readonly requestsMax: number;
  /** The first requests begin evenly over this time, so that paced streams are not in step. */
  readonly spreadMs: number;
  readonly expect: Expectation;
}

/** What makes an answer right. Status 200 and a whole body are always asked for. */
export interface Expectation {
  /** Number of server-sent events; 0 for a plain answer. */
  readonly events: number;
  /** The last bytes of the body. */
  readonly ending: string;
  /** Bytes of a body at least. */
  readonly bytesMin: number;
}

/** Median, 99th percentile and largest of some times, in milliseconds. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What one burst of load came to. */
export interface LoadResult {
  /** Right answers. */
  readonly answers: number;
  /** Events in right answers. */
  readonly events: number;
  readonly wrong: number;
  /** The first few different reasons. */
  readonly reasons: readonly string[];
  /** From the first request to the end of the last answer. */
  readonly tookMs: number;
  /** From the request to the first byte of the body. */
  readonly firstByteMs: Spread;
  /** From the request to the end of the answer. */
  readonly wholeMs: Spread;
  /** Waits of more than 200 ms between two pieces of one stream. */
  readonly stalls: number;
  /** Streams with at least one of them. */
  readonly stalledStreams: number;
  readonly gapMaxMs: number;
  /** CPU time of the load generator itself. */
  readonly loadCpuMs: number;
}
