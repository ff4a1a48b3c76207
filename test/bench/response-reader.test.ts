import { describe, expect, test } from 'vitest';
import { EventCounter } from '../../bench/load/event-counter.ts';
import { ResponseReader } from '../../bench/load/response-reader.ts';

interface Read {
  readonly statuses: number[];
  readonly bodies: string[];
  readonly keepAlive: boolean[];
}

/** Reads the text in pieces of this many bytes. */
function read(text: string, pieceBytes: number): Read {
  const seen: Read = { statuses: [], bodies: [], keepAlive: [] };
  let body = '';
  const reader = new ResponseReader({
    head: (status) => seen.statuses.push(status),
    data: (piece) => {
      body += piece.toString('latin1');
    },
    end: (keepAlive) => {
      seen.bodies.push(body);
      seen.keepAlive.push(keepAlive);
      body = '';
    },
  });
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  return seen;
}

const ANSWERS = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ndata: \r\n3\r\nx\n\n\r\n0\r\n\r\n',
  'HTTP/1.1 503 No\r\ncontent-length: 0\r\nConnection: close\r\n\r\n',
].join('');

describe('the reader of answers', () => {
  test.each([1, 2, 3, 7, 10_000])('reads the same in pieces of %i bytes', (pieceBytes) => {
    expect(read(ANSWERS, pieceBytes)).toEqual({
      statuses: [200, 200, 503],
      bodies: ['hello', 'data: x\n\n', ''],
      keepAlive: [true, true, false],
    });
  });

  test('an answer without a length is refused', () => {
    expect(() => read('HTTP/1.1 200 OK\r\n\r\nhello', 100)).toThrow('status 200 without a length');
  });

  test('a cut stream does not end', () => {
    const cut = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ndata: \r\n';
    expect(read(cut, 100).bodies).toEqual([]);
  });
});

test.each([1, 2, 3, 5, 100])('events are counted in pieces of %i bytes', (pieceBytes) => {
  const bytes = Buffer.from('event: a\ndata: 1\n\ndata: 2\n\ndata: [DONE]\n\n');
  const counter = new EventCounter();
  for (let at = 0; at < bytes.length; at += pieceBytes) counter.push(bytes.subarray(at, at + pieceBytes));
  expect({ events: counter.events, bytes: counter.bytes }).toEqual({ events: 3, bytes: bytes.length });
  expect([counter.endsWith('data: [DONE]\n\n'), counter.endsWith('x')]).toEqual([true, false]);
});
