import type { IncomingMessage, ServerResponse } from 'node:http';
import { objectOf } from '../json-value.ts';
import type { MockState } from '../mock-state.ts';
import { patchConfig } from './config.ts';
import { type LogEntry, loggedRequest } from './request-log.ts';
import type { Stats } from './stats.ts';

/** All control paths begin so. */
export const CONTROL_PREFIX = '/__mock/';

const WAIT_MS_DEFAULT = 5_000;

/** Answers a control call. Everything in one shape: JSON, 200 or 400 or 404. */
export async function handleControl(req: IncomingMessage, body: Buffer, { res, state }: ControlTools): Promise<void> {
  const url = new URL(req.url ?? '', 'http://mock');
  const { status, json } = await controlReply(`${req.method} ${url.pathname}`, { url, body, state });
  const bytes = Buffer.from(JSON.stringify(json));
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  res.end(bytes);
}

/** What a control call works on. */
export interface ControlTools {
  readonly res: ServerResponse;
  readonly state: MockState;
}

interface ControlCall {
  readonly url: URL;
  readonly body: Buffer;
  readonly state: MockState;
}

async function controlReply(operation: string, call: ControlCall): Promise<{ status: number; json: unknown }> {
  switch (operation) {
    case 'GET /__mock/requests':
      return { status: 200, json: await requests(call) };
    case 'GET /__mock/stats':
      return { status: 200, json: await stats(call) };
    case 'GET /__mock/config':
      return { status: 200, json: call.state.config };
    case 'POST /__mock/config':
      return configure(call);
    case 'POST /__mock/reset':
      call.state.reset();
      return { status: 200, json: {} };
    default:
      return { status: 404, json: { error: `unknown control call: ${operation}` } };
  }
}

function configure({ body, state }: ControlCall): { status: number; json: unknown } {
  const config = patchConfig(state.config, objectOf(parsed(body)));
  if (config instanceof Error) {
    return { status: 400, json: { error: config.message } };
  }
  state.configure(config);
  return { status: 200, json: config };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return { 'invalid JSON': true };
  }
}

/** `wait=N` answers when N requests match, or after `timeoutMs`; the caller looks how many there are. */
async function requests({ url, state }: ControlCall): Promise<unknown> {
  const matching = () => state.log.entries().filter((entry) => matchesQuery(entry, url.searchParams));
  const wanted = Number(url.searchParams.get('wait') ?? 0);
  await state.signal.wait(() => matching().length >= wanted, waitMs(url));
  return { requests: matching().map(loggedRequest) };
}

function matchesQuery(entry: LogEntry, query: URLSearchParams): boolean {
  const is = (name: string, test: (value: string) => boolean) => {
    const value = query.get(name);
    return value === null || test(value);
  };
  return (
    is('since', (seq) => entry.seq > Number(seq)) &&
    is('path', (path) => entry.path.includes(path)) &&
    is('model', (model) => entry.model === model) &&
    is('key', (key) => entry.key === key) &&
    is('aborted', (flag) => (entry.abortedAtMs !== undefined) === (flag === '1')) &&
    is('ended', (flag) => (entry.endedAtMs !== undefined) === (flag === '1'))
  );
}

/** Waits until `aborted` and `requests` are at least, `activeRequests` and `openConnections` at most what is asked. */
async function stats({ url, state }: ControlCall): Promise<Stats> {
  const bound = (name: keyof Stats, holds: (value: number, asked: number) => boolean) => {
    const asked = url.searchParams.get(name);
    return asked === null || holds(state.stats[name], Number(asked));
  };
  const ready = () =>
    bound('aborted', (value, asked) => value >= asked) &&
    bound('requests', (value, asked) => value >= asked) &&
    bound('activeRequests', (value, asked) => value <= asked) &&
    bound('openConnections', (value, asked) => value <= asked);
  await state.signal.wait(ready, waitMs(url));
  return state.stats;
}

function waitMs(url: URL): number {
  return Number(url.searchParams.get('timeoutMs') ?? WAIT_MS_DEFAULT);
}
