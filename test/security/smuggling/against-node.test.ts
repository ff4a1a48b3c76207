import { createServer, type IncomingMessage, request } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RAW_FORMS } from './raw-forms.ts';
import { type Message, readReply, readRequests } from './read-requests.ts';

// Node's own parser (llhttp) has been attacked for years. Whatever we take for a request or a reply it must read in the very
// same way; it may take more than we do, never something else. That is what smuggling is.

const RUNS = Number(process.env['SMUGGLING_RUNS'] ?? 20_000);
const NEXT = 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n';

/** What Node's server sees in these bytes. */
function nodeRequests(bytes: Buffer): Promise<Message[]> {
  return new Promise((resolve) => {
    const seen: Message[] = [];
    const server = createServer({ requireHostHeader: false, shouldUpgradeCallback: () => false }, (asked, reply) => {
      gather(asked, (body) => {
        seen.push({ start: `${asked.method} ${asked.url}`, headers: lowerCased(asked.rawHeaders), body });
        reply.end();
      });
    });
    server.on('checkExpectation', (asked, reply) => server.emit('request', asked, reply));
    server.on('checkContinue', (asked, reply) => server.emit('request', asked, reply));
    const [client, served] = duplexPair();
    // Not at once: a request that came before the fault is still on its way to its handler.
    server.on('clientError', () => setImmediate(() => setImmediate(() => served.destroy())));
    served.on('close', () => resolve(seen));
    server.emit('connection', served);
    client.resume();
    client.on('error', () => undefined);
    client.end(bytes);
  });
}

/** What Node's client makes of a reply; undefined unless it is whole. */
function nodeReply(bytes: Buffer): Promise<Message | undefined> {
  return new Promise((resolve) => {
    const [far, near] = duplexPair();
    const asking = request(
      { createConnection: () => near as Duplex, path: '/', headers: { connection: 'close' } },
      (reply) => {
        gather(reply, (body) =>
          resolve(
            reply.complete
              ? { start: String(reply.statusCode), headers: lowerCased(reply.rawHeaders), body }
              : undefined,
          ),
        );
        reply.on('error', () => resolve(undefined));
      },
    );
    asking.on('error', () => resolve(undefined));
    asking.on('upgrade', () => resolve(undefined));
    asking.end();
    far.resume();
    far.on('error', () => undefined);
    far.end(bytes);
  });
}

function gather(message: IncomingMessage, done: (body: string) => void): void {
  let body = '';
  message.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
  message.on('end', () => done(body));
}

function lowerCased(raw: readonly string[]): string[] {
  return raw.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text));
}

/** Puts other bytes into a message, where they do the most harm. */
const mutation = fc.record({
  at: fc.nat({ max: 400 }),
  cut: fc.constantFrom(0, 0, 1, 1, 2, 4),
  insert: fc.constantFrom(
    ...[
      '',
      ' ',
      '\t',
      '\r',
      '\n',
      '\r\n',
      '\r\n\r\n',
      '\0',
      '\x7f',
      '\x80',
      '\xff',
      ':',
      ',',
      ';',
      '0',
      '1',
      'f',
      '-',
      '+',
      '_',
    ],
    ...[
      '\r\nContent-Length: 2',
      '\r\nContent-Length: 0',
      '\r\nTransfer-Encoding: chunked',
      '\r\nTransfer-Encoding: identity',
    ],
    ...['\r\nHost: b', '\r\n folded', 'chunked', ', chunked', '0\r\n\r\n', '\r\nConnection: close', '\r\nUpgrade: h2c'],
  ),
});

function mutate(text: string, mutations: readonly { at: number; cut: number; insert: string }[]): Buffer {
  let bytes = text;
  for (const { at, cut, insert } of mutations) {
    const place = at % (bytes.length + 1);
    bytes = bytes.slice(0, place) + insert + bytes.slice(place + cut);
  }
  return Buffer.from(bytes, 'latin1');
}

test(`${RUNS} mutated requests: what we take, Node reads in the same way`, async () => {
  let taken = 0;
  const forms = RAW_FORMS.filter(({ bytes }) => bytes.length < 1_000);
  const run = fc.record({ form: fc.constantFrom(...forms), mutations: fc.array(mutation, { maxLength: 3 }) });
  await fc.assert(
    fc.asyncProperty(run, async ({ form, mutations }) => {
      const bytes = Buffer.concat([mutate(form.bytes, mutations), Buffer.from(NEXT)]);
      const ours = readRequests(bytes);
      taken += ours.length;
      if (ours.length > 0) expect((await nodeRequests(bytes)).slice(0, ours.length)).toEqual(ours);
    }),
    { numRuns: RUNS },
  );
  // A parser that refuses everything would agree as well.
  expect(taken).toBeGreaterThan(RUNS / 10);
}, 120_000);

const REPLIES = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX-T: 1\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 500\r\nContent-Length: 2\r\n\r\nno',
  'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n',
  'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end',
];

test(`${RUNS} mutated replies: what we take, Node reads in the same way`, async () => {
  let taken = 0;
  const run = fc.record({ reply: fc.constantFrom(...REPLIES), mutations: fc.array(mutation, { maxLength: 3 }) });
  await fc.assert(
    fc.asyncProperty(run, async ({ reply, mutations }) => {
      const bytes = mutate(reply, mutations);
      const ours = readReply(bytes);
      if (ours === undefined) return;
      taken += 1;
      expect(await nodeReply(bytes)).toEqual(ours);
    }),
    { numRuns: RUNS },
  );
  expect(taken).toBeGreaterThan(RUNS / 4);
}, 120_000);
