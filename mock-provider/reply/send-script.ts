import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ScriptRule } from '../control/config.ts';
import { breakOff } from './break-off.ts';
import type { SendTools } from './send-reply.ts';

interface TimedChunk {
  readonly bytes: Buffer;
  readonly gapMs: number;
  left: number;
}

/** Sends a scripted reply: one write a chunk, each in its own turn of the event loop, with back-pressure. */
export function sendScript(res: ServerResponse, rule: ScriptRule, tools: SendTools): void {
  const socket = res.socket;
  if (socket === null) {
    return;
  }
  const chunks = rule.chunks.map((chunk) => ({
    bytes: chunk.text === undefined ? Buffer.from(chunk.base64 ?? '', 'base64') : Buffer.from(chunk.text),
    gapMs: chunk.gapMs ?? 0,
    left: chunk.repeat ?? 1,
  }));
  const raw = rule.framing === 'raw';
  if (!raw) {
    writeHead(res, rule, chunks);
  }
  const target = raw ? socket : res;
  writeChunks(target, chunks, { ...tools, done: () => finish({ res, socket, rule, tools }) });
}

function writeHead(res: ServerResponse, rule: ScriptRule, chunks: readonly TimedChunk[]): void {
  const length = chunks.reduce((sum, chunk) => sum + chunk.bytes.length * chunk.left, 0);
  const headers = (rule.headers ?? [['content-type', 'text/event-stream']]).flat();
  res.writeHead(rule.status ?? 200, [
    ...headers,
    ...(rule.framing === 'length' ? ['content-length', String(length)] : []),
  ]);
  res.flushHeaders();
}

function writeChunks(
  target: ServerResponse | Socket,
  chunks: TimedChunk[],
  { pacer, observer, done }: SendTools & { done: () => void },
): void {
  let next = 0;
  const schedule = (): void => {
    const chunk = chunks[next];
    if (chunk === undefined) {
      done();
    } else if (chunk.gapMs > 0) {
      pacer.after(chunk.gapMs, () => write(chunk));
    } else {
      setImmediate(() => write(chunk));
    }
  };
  const write = (chunk: TimedChunk): void => {
    if (target.destroyed) {
      return;
    }
    chunk.left -= 1;
    next += chunk.left > 0 ? 0 : 1;
    observer.sent(chunk.bytes.length);
    // An empty write would end a chunked body.
    if (chunk.bytes.length === 0 || target.write(chunk.bytes)) {
      schedule();
    } else {
      target.once('drain', schedule);
    }
  };
  schedule();
}

interface Finished {
  readonly res: ServerResponse;
  readonly socket: Socket;
  readonly rule: ScriptRule;
  readonly tools: SendTools;
}

function finish({ res, socket, rule, tools }: Finished): void {
  const ending = rule.ending ?? 'end';
  switch (ending) {
    case 'hang':
      return;
    case 'end':
      if (rule.framing === 'raw') {
        tools.observer.broken();
        socket.end();
      } else {
        res.end();
      }
      return;
    case 'destroy':
    case 'reset':
      breakOff(socket, ending, tools.observer);
  }
}
