import { connect, type Socket } from 'node:net';

/** What came back on a socket of the test's own. */
export interface RawReply {
  readonly text: string;
  /** `reset` and `open` (nothing more within the time) are told apart from a clean end. */
  readonly end: 'end' | 'reset' | 'open';
}

/** Opens a socket to the edge. Bytes that come are gathered in `text()`. */
export function openRaw(port: number) {
  const socket: Socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  let text = '';
  let ended: RawReply['end'] = 'open';
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of [...listeners]) listener();
  };
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    changed();
  });
  socket.on('end', () => {
    ended = 'end';
    changed();
  });
  socket.on('error', () => {
    ended = 'reset';
    changed();
  });
  socket.on('close', changed);
  /** Resolves once `done` holds or the time is over. */
  const until = (done: () => boolean, ms: number) =>
    new Promise<boolean>((resolve) => {
      const settle = (result: boolean) => {
        clearTimeout(timer);
        listeners.delete(look);
        resolve(result);
      };
      const look = () => {
        if (done()) settle(true);
      };
      const timer = setTimeout(() => settle(false), ms);
      listeners.add(look);
      look();
    });
  return {
    socket,
    text: () => text,
    /** Waits for text, at most `ms`. */
    has: (part: string, ms = 3_000) => until(() => text.includes(part), ms),
    /** Waits for the end of the connection, at most `ms`. */
    async over(ms = 3_000): Promise<RawReply> {
      await until(() => ended !== 'open', ms);
      socket.destroy();
      return { text, end: ended };
    },
  };
}

/** Sends bytes as they are and waits for the end of the connection. */
export async function sendRaw(port: number, bytes: string | Buffer, ms = 3_000): Promise<RawReply> {
  const raw = openRaw(port);
  raw.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  return raw.over(ms);
}
