import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyReaderOf } from './body-reader-of.ts';

/** Reads a body whose bytes arrive in these pieces; what stands behind it is given back. */
function read(wire: Buffer, cuts: readonly number[], length: number | 'chunked' | 'until-close' = 'chunked') {
  const body = bodyReaderOf(length);
  const payload: Buffer[] = [];
  const ends = [...cuts.map((cut) => cut % (wire.length + 1)).toSorted((a, b) => a - b), wire.length];
  let from = 0;
  let behind = wire.length;
  for (const end of ends) {
    // A copy, because the reader moves the payload together in the buffer that it was given.
    const piece = Buffer.from(wire.subarray(from, end));
    const rest = body.take(piece, 0);
    payload.push(Buffer.from(piece.subarray(body.start, body.end)));
    if (body.fault !== undefined) break;
    if (body.done) {
      behind = from + rest;
      break;
    }
    from = end;
  }
  return { payload: Buffer.concat(payload), done: body.done, fault: body.fault, behind };
}

function encode(chunks: readonly Uint8Array[], { extension = '', trailers = '' } = {}): Buffer {
  const framed = chunks
    .filter((chunk) => chunk.length > 0)
    .flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`), chunk, Buffer.from('\r\n')]);
  return Buffer.concat([...framed, Buffer.from(`0\r\n${trailers}\r\n`)]);
}

describe('a chunked body', () => {
  test('comes out as it went in, however it is cut, and what stands behind it is left alone', () => {
    const runs = fc.record({
      chunks: fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }),
      extension: fc.constantFrom('', ';a', ';a=b;c="d;e"'),
      trailers: fc.constantFrom('', 'x-a: b\r\n', 'x-a: b\r\nx-c:\r\n'),
      behind: fc.constantFrom('', 'GET / HTTP/1.1\r\n\r\n', '0\r\n\r\n'),
      cuts: fc.array(fc.nat({ max: 2_000 }), { maxLength: 12 }),
    });
    fc.assert(
      fc.property(runs, ({ chunks, extension, trailers, behind, cuts }) => {
        const wire = encode(chunks, { extension, trailers });
        const result = read(Buffer.concat([wire, Buffer.from(behind)]), cuts);
        expect(result.fault).toBeUndefined();
        expect(result.done).toBe(true);
        expect(result.behind).toBe(wire.length);
        expect(result.payload.equals(Buffer.concat(chunks))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is not done before its last byte', () => {
    const wire = encode([Buffer.from('abc'), Buffer.from('de')], { trailers: 'x-a: b\r\n' });
    for (let length = 0; length < wire.length; length++) {
      for (let cut = 0; cut <= length; cut++) expect(read(wire.subarray(0, length), [cut]).done).toBe(false);
    }
    expect(read(wire, []).done).toBe(true);
  });

  test.each([
    ['a size with a sign', '+2\r\nab\r\n0\r\n\r\n'],
    ['a size with 0x', '0x2\r\nab\r\n0\r\n\r\n'],
    ['a size behind a space', ' 2\r\nab\r\n0\r\n\r\n'],
    ['a size before a space', '2 \r\nab\r\n0\r\n\r\n'],
    ['no size', '\r\nab\r\n0\r\n\r\n'],
    ['a size of nine digits', '000000002\r\nab\r\n0\r\n\r\n'],
    ['a bare LF behind the size', '2\nab\r\n0\r\n\r\n'],
    ['a bare CR behind the size', '2\rab\r\n0\r\n\r\n'],
    ['a bare LF in an extension', '2;a\nb\r\nab\r\n0\r\n\r\n'],
    ['a chunk that is too long', '2\r\nabc\r\n0\r\n\r\n'],
    ['a bare LF behind the data', '2\r\nab\n0\r\n\r\n'],
    ['no line end behind the data', '2\r\nab0\r\n\r\n'],
    ['a trailer about framing', '0\r\nContent-Length: 2\r\n\r\n'],
    ['a trailer without a colon', '0\r\nnonsense\r\n\r\n'],
    ['a folded trailer', '0\r\nx-a: b\r\n c\r\n\r\n'],
    ['a bare LF at the end', '0\r\nx-a: b\n\r\n\r\n'],
    ['trailers without end', `0\r\n${'x-a: b\r\n'.repeat(2_000)}`],
    ['extensions without end', `2;${'a'.repeat(5_000)}\r\nab\r\n0\r\n\r\n`],
    ['an extension at each of many chunks', `${'1;abcdef\r\na\r\n'.repeat(400)}0\r\n\r\n`],
  ])('with %s is broken, wherever it is cut', (_name, wire) => {
    const bytes = Buffer.from(wire, 'latin1');
    const cuts = bytes.length > 100 ? [0, 3, 1_000] : bytes.keys();
    for (const cut of cuts) expect(read(bytes, [cut])).toMatchObject({ done: false, fault: expect.any(String) });
  });
});

describe('a counted body', () => {
  test('ends behind its last byte', () => {
    expect(read(Buffer.from('abcGET'), [1, 2], 3)).toMatchObject({
      done: true,
      behind: 3,
      payload: Buffer.from('abc'),
    });
    expect(read(Buffer.from('ab'), [], 3).done).toBe(false);
    expect(bodyReaderOf(0).done).toBe(true);
  });

  test('without a length never ends by itself', () => {
    expect(read(Buffer.from('abc'), [1], 'until-close')).toMatchObject({ done: false, payload: Buffer.from('abc') });
  });
});
