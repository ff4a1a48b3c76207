import type { ServerResponse } from 'node:http';
import type { Pacer } from '../timing/pacer.ts';
import { breakOff } from './break-off.ts';
import type { Reply } from './reply.ts';
import type { SendObserver } from './send-observer.ts';

/** Writes a reply; waits for `drain` where the reader is slow, stops when it has left. */
export function sendReply(res: ServerResponse, reply: Reply, { pacer, observer }: SendTools): void {
  const start = () => {
    if (res.destroyed) {
      return;
    }
    if (reply.resetFirst) {
      observer.broken();
      res.socket?.resetAndDestroy();
      return;
    }
    writeHead(res, reply);
    if (reply.bodyDelayMs > 0) {
      res.flushHeaders();
      pacer.after(reply.bodyDelayMs, () => sendBody(res, reply, { pacer, observer }));
    } else {
      sendBody(res, reply, { pacer, observer });
    }
  };
  if (reply.headDelayMs > 0) {
    pacer.after(reply.headDelayMs, start);
  } else {
    start();
  }
}

/** What sending needs. */
export interface SendTools {
  readonly pacer: Pacer;
  readonly observer: SendObserver;
}

function writeHead(res: ServerResponse, reply: Reply): void {
  const length = reply.contentLength === undefined ? [] : ['content-length', String(reply.contentLength)];
  res.writeHead(reply.status, [...reply.headers, ...length]);
}

function sendBody(res: ServerResponse, reply: Reply, tools: SendTools): void {
  if (res.destroyed) {
    return;
  }
  const [only] = reply.pieces;
  if (reply.pieces.length === 1 && reply.ending === 'end' && only !== undefined) {
    tools.observer.sent(only.length);
    res.end(only);
    return;
  }
  sendPieces(res, reply, tools);
}

function sendPieces(res: ServerResponse, reply: Reply, tools: SendTools): void {
  let next = 0;
  const step = (): void => {
    if (res.destroyed) {
      return;
    }
    const free = reply.gap === 'together' ? writeAll() : writeOne();
    if (next >= reply.pieces.length) {
      finish(res, reply, tools.observer);
    } else if (!free) {
      res.once('drain', step);
    } else if (reply.gap === 'turn') {
      setImmediate(step);
    } else if (typeof reply.gap === 'number') {
      tools.pacer.after(reply.gap, step);
    }
  };
  const writeOne = (): boolean => {
    const piece = reply.pieces[next];
    next += 1;
    if (piece === undefined) {
      return true;
    }
    tools.observer.sent(piece.length);
    return res.write(piece);
  };
  const writeAll = (): boolean => {
    res.cork();
    let free = true;
    while (free && next < reply.pieces.length) {
      free = writeOne();
    }
    res.uncork();
    return free;
  };
  step();
}

function finish(res: ServerResponse, reply: Reply, observer: SendObserver): void {
  switch (reply.ending) {
    case 'end':
      res.end();
      return;
    case 'hang':
      res.flushHeaders();
      return;
    case 'destroy':
    case 'reset':
      res.flushHeaders();
      if (res.socket !== null) {
        breakOff(res.socket, reply.ending, observer);
      }
  }
}
