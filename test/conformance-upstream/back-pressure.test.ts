import type { Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { UpstreamExchange } from '../../src/canonical/exchange.ts';
import { exchange, requestTo, startSender } from './exchange-probe.ts';
import { type RawUpstream, startAnswering } from './raw-upstream.ts';

const { egress, send } = startSender();
const servers: RawUpstream[] = [];
afterAll(() => {
  for (const server of servers) server.close();
  egress.destroy();
});

async function answering(answer: Parameters<typeof startAnswering>[0]): Promise<RawUpstream> {
  const server = await startAnswering(answer);
  servers.push(server);
  return server;
}

const MIB = 1_048_576;
const TOTAL = 256 * MIB;

/** Writes `TOTAL` bytes as fast as the reader takes them. */
function pour(socket: Socket): void {
  const block = Buffer.alloc(65_536, 'x');
  let left = TOTAL;
  const more = () => {
    while (left > 0) {
      left -= block.byteLength;
      if (!socket.write(block)) break;
    }
    if (left === 0) socket.off('drain', more);
  };
  socket.on('drain', more);
  socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${TOTAL}\r\n\r\n`);
  more();
}

it('a paused exchange pulls at most 16 MiB of a 256 MiB stream, and all of it once resumed', async () => {
  const server = await answering(pour);
  const rssBefore = process.memoryUsage().rss;
  let got = 0;
  let paused: () => void = () => undefined;
  const pausing = new Promise<void>((resolve) => {
    paused = resolve;
  });
  let running: UpstreamExchange | undefined;
  const ended = new Promise<string>((resolve) => {
    running = send(requestTo(server.port), {
      head() {},
      data(chunk) {
        if (got === 0) {
          running?.pause();
          paused();
        }
        got += chunk.byteLength;
      },
      end: () => resolve('end'),
      fail: resolve,
    });
  });
  await pausing;
  const taken = await settled(() => {
    const socket = server.sockets[0];
    return socket ? socket.bytesWritten - socket.writableLength : 0;
  });
  expect(taken).toBeLessThanOrEqual(16 * MIB);
  expect(got).toBeLessThanOrEqual(MIB);
  expect(process.memoryUsage().rss - rssBefore).toBeLessThan(20 * MIB);
  running?.resume();
  expect(await ended).toBe('end');
  expect(got).toBe(TOTAL);
});

it('pauses and resumes at any chunk, of any exchange, lose and reorder nothing', async () => {
  const text = Array.from({ length: 2_000 }, (_, i) => `${i};`).join('');
  const server = await answering((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
    for (let at = 0; at < text.length; at += 137) {
      const piece = text.slice(at, at + 137);
      socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
    }
    socket.write('0\r\n\r\n');
  });
  const pattern = fc.array(fc.constantFrom('go', 'soon', 'at once', 'twice', 'by the other'), {
    minLength: 1,
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(pattern, pattern, async (a, b) => {
      const stopped = new Set<UpstreamExchange>();
      const follow = (steps: readonly string[]) => {
        let n = 0;
        return (call: string, running: UpstreamExchange) => {
          // Resuming another exchange from inside a data callback is what a shared sink may do.
          for (const other of stopped) if (other !== running) other.resume();
          if (call === 'head' || call === 'data') act(steps[n++ % steps.length] ?? 'go', running, stopped);
          else stopped.delete(running);
        };
      };
      const outcomes = await Promise.all([a, b].map((steps) => exchange(send, requestTo(server.port), follow(steps))));
      for (const outcome of outcomes) {
        expect(outcome.failure).toBe('none');
        expect(outcome.body.toString()).toBe(text);
      }
    }),
    { numRuns: 60 },
  );
});

function act(step: string, running: UpstreamExchange, stopped: Set<UpstreamExchange>): void {
  if (step === 'go') return;
  running.pause();
  if (step === 'at once') running.resume();
  if (step === 'twice') {
    running.resume();
    running.pause();
  }
  if (step === 'by the other') stopped.add(running);
  // The other one may have ended already.
  setImmediate(() => running.resume());
}

/** The value once it has stood still for half a second. */
async function settled(read: () => number): Promise<number> {
  let last = Number.NaN;
  for (let still = 0; still < 10; ) {
    // tidy-allow sleep: what is read must stand still for half a second
    await new Promise((resolve) => setTimeout(resolve, 50));
    const now = read();
    still = now === last ? still + 1 : 0;
    last = now;
  }
  return last;
}
