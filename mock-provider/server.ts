import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Call } from './call.ts';
import { callerKey } from './caller-key.ts';
import { ConnectionBook } from './connection-book.ts';
import { CONTROL_PREFIX, handleControl } from './control/handle-control.ts';
import { handleCall } from './handle-call.ts';
import type { MockState } from './mock-state.ts';
import { type Observed, observeReply } from './observe-reply.ts';
import { jsonReply } from './reply/reply.ts';
import { sendReply } from './reply/send-reply.ts';
import { sendScript } from './reply/send-script.ts';
import { routeOf } from './route.ts';
import { scriptFor } from './script-for.ts';

const HEADER_BYTES_MAX = 64 * 1024;

/** The mock as an HTTP server that is not listening yet. It has no time limits of its own. */
export function mockServer(state: MockState): Server {
  const connections = new ConnectionBook(state.stats, state.signal);
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: 0 });
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  server.on('connection', (socket) => connections.opened(socket));
  server.on('request', (req, res) => {
    if (connections.isStale(req.socket)) {
      req.socket.resetAndDestroy();
      return;
    }
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const [only] = chunks;
      const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
      serve({ req, res, body, state, connections });
    });
    req.on('close', () => {
      if (!req.complete) {
        leftEarly(req, Buffer.concat(chunks), state);
      }
    });
  });
  return server;
}

interface Served {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly body: Buffer;
  readonly state: MockState;
  readonly connections: ConnectionBook;
}

function serve(served: Served): void {
  const { req, res, body, state, connections } = served;
  if (req.url?.startsWith(CONTROL_PREFIX)) {
    connections.isControl(req.socket);
    void handleControl(req, body, { res, state });
    return;
  }
  const url = req.url ?? '/';
  const key = callerKey(req.headers, url);
  const entry = state.log.add(req, body, key);
  const observed = observeReply(res, entry, state);
  const markStale = () => connections.markStale(req.socket);
  const call: Call = { method: req.method ?? 'GET', url, headers: req.headers, key, body, entry, markStale };
  try {
    reply(call, res, { observed, state });
  } catch (error) {
    // A defect of the mock must be seen by the test that hits it, and must not end the other tests.
    process.stderr.write(`mock-provider: ${error instanceof Error ? error.stack : error}\n`);
    const message = `mock: internal error: ${error}`;
    sendReply(res, jsonReply(500, { error: { message } }), { pacer: state.pacer, observer: observed });
  }
  state.signal.changed();
}

function reply(call: Call, res: ServerResponse, { observed, state }: { observed: Observed; state: MockState }): void {
  const tools = { pacer: state.pacer, observer: observed };
  const route = routeOf(call.method, call.url, call.headers.upgrade);
  const script = state.scripts.empty ? undefined : scriptFor(call, route, state.scripts);
  if (script !== undefined) {
    observed.status(script.status ?? 200);
    sendScript(res, script, tools);
    return;
  }
  const planned = handleCall(call, route, state);
  observed.status(planned.status);
  sendReply(res, planned, tools);
}

/** The client left before its request was complete. */
function leftEarly(req: IncomingMessage, body: Buffer, state: MockState): void {
  const entry = state.log.add(req, body, callerKey(req.headers, req.url ?? ''));
  if (entry !== undefined) {
    entry.abortedAtMs = entry.receivedAtMs;
  }
  state.stats.aborted += 1;
  state.signal.changed();
}
