import type { MockConfig } from './control/config.ts';
import type { LoggedRequest } from './control/request-log.ts';
import type { Stats } from './control/stats.ts';

/** Which logged requests are wanted; what is missing matches all. */
interface RequestQuery {
  readonly since?: number;
  /** Part of the path. */
  readonly path?: string;
  readonly model?: string;
  readonly key?: string;
  readonly aborted?: boolean;
  /** The reply is over, however it ended. */
  readonly ended?: boolean;
  /** Waits until so many match, at most `timeoutMs` (5 s). */
  readonly wait?: number;
  readonly timeoutMs?: number;
}

/** Waits, at most `timeoutMs` (5 s), until the first two are at least, the last two at most what is given. */
interface StatsQuery {
  readonly aborted?: number;
  readonly requests?: number;
  readonly activeRequests?: number;
  readonly openConnections?: number;
  readonly timeoutMs?: number;
}

/** The control endpoints of a running mock. */
export interface ControlClient {
  requests(query?: RequestQuery): Promise<readonly LoggedRequest[]>;
  /** The only request that matches; throws when there are none or several. */
  onlyRequest(query?: RequestQuery): Promise<LoggedRequest>;
  stats(query?: StatsQuery): Promise<Readonly<Stats>>;
  /** Replaces the named sections; counters of faults, scripts and latency begin anew. */
  configure(patch: Partial<MockConfig>): Promise<void>;
  /** Empties log and counters and takes back every change of the configuration. */
  reset(): Promise<void>;
}

/** A client for the mock at this URL; throws an `Error` with the mock's words when a call is refused. */
export function controlClient(url: string): ControlClient {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${url}/__mock/${path}`, init);
    const json = (await response.json()) as { error?: string };
    if (!response.ok) {
      throw new Error(`mock: ${json.error}`);
    }
    return json;
  };
  const requests = async (query: RequestQuery = {}) => {
    const { requests: found } = (await call('GET', `requests?${search(query)}`)) as { requests: LoggedRequest[] };
    return found;
  };
  return {
    requests,
    onlyRequest: async (query) => {
      const [first, ...others] = await requests({ wait: 1, ...query });
      if (first === undefined || others.length > 0) {
        throw new Error(`mock: expected one request, found ${first === undefined ? 0 : others.length + 1}`);
      }
      return first;
    },
    stats: async (query = {}) => (await call('GET', `stats?${search(query)}`)) as Stats,
    configure: async (patch) => {
      await call('POST', 'config', patch);
    },
    reset: async () => {
      await call('POST', 'reset');
    },
  };
}

function search(query: RequestQuery | StatsQuery): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    params.set(name, typeof value === 'boolean' ? String(Number(value)) : String(value));
  }
  return params.toString();
}
