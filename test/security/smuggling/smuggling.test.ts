import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openRaw, sendRaw } from '../../edge/support/raw-client.ts';
import { startEdge } from '../../edge/support/start-edge.ts';
import { RAW_FORMS, type RawForm } from './raw-forms.ts';

/** What an attacker wants to smuggle: it must be seen only where it really stands behind a request that was served. */
const CANARY =
  'POST /v1/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer own_good\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}';
const FIRST =
  'POST /v1/embeddings HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer own_good\r\nContent-Length: 2\r\n\r\n{}';
const RUNS = Number(process.env['SMUGGLING_RUNS'] ?? 2_000);

let edge: Awaited<ReturnType<typeof startEdge>>;
beforeAll(async () => {
  edge = await startEdge({ limits: { headersTimeoutMs: 2_000, requestTimeoutMs: 2_000 } });
});
afterAll(() => edge.close());
beforeEach(() => {
  edge.seen.length = 0;
});

/** Checks one exchange: `before` good requests, the form, and the canary behind it. */
function judge(form: RawForm, before: number, reply: { text: string; end: string }): void {
  const seen = edge.seen.splice(0).map(({ match }) => match.route.operation);
  const good = Array.from({ length: before }, () => 'embeddings');
  const statuses = [...reply.text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]));
  if (form.fate === 'served') {
    // A body that is there at once may overtake one that is not; the answers keep their order.
    expect(seen.toSorted(), form.name).toEqual([...good, 'chat.completions', 'completions'].toSorted());
    expect(statuses, form.name).toEqual(seen.map(() => 200));
  } else {
    expect(seen, form.name).toEqual(good);
    expect(statuses.slice(0, before), form.name).toEqual(good.map(() => 200));
    const last = statuses.slice(before);
    expect(last.length, form.name).toBe(1);
    expect([400, 408, 413, 414, 417, 431], form.name).toContain(last[0]);
  }
  expect(reply.end, form.name).not.toBe('open');
  expect(edge.faults, form.name).toEqual([]);
}

describe('requests that the handler sees are the requests that were sent', () => {
  test.each(RAW_FORMS.map((form) => [form.name, form] as const))('%s', async (_name, form) => {
    judge(form, 0, await sendRaw(edge.port, form.bytes + CANARY));
  });
});

/** Letters of header names change their case, and a filler stands in front of the other headers. */
function mutate(bytes: string, { upper, filler }: { upper: boolean; filler: string }): string {
  const start = bytes.startsWith('\r\n') ? 2 : 0;
  const lineEnd = bytes.indexOf('\r\n', start);
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (lineEnd < 0 || headEnd < lineEnd) return bytes;
  const headers = bytes.slice(lineEnd + 2, headEnd);
  const renamed = headers.replace(/^[\w-]+(?=:)/gm, (name) => (upper ? name.toUpperCase() : name.toLowerCase()));
  const added = filler === '' ? '' : `X-Added: ${filler}\r\n`;
  return bytes.slice(0, lineEnd + 2) + added + renamed + bytes.slice(headEnd);
}

async function sendInPieces(bytes: string, cuts: readonly number[]) {
  const raw = openRaw(edge.port);
  const all = Buffer.from(bytes, 'latin1');
  let from = 0;
  for (const at of [...cuts.map((cut) => cut % all.length).toSorted((a, b) => a - b), all.length]) {
    if (!raw.socket.destroyed) raw.socket.write(all.subarray(from, at));
    from = at;
    await turn();
  }
  return raw.over();
}

test(`the same under ${RUNS} mutations: case, fillers, good requests in front, cuts anywhere`, async () => {
  const wholes = RAW_FORMS.filter(({ name }) => name !== 'more than 100 headers');
  const run = fc.record({
    form: fc.constantFrom(...wholes),
    upper: fc.boolean(),
    filler: fc.constantFrom('', 'a', 'chunked', 'Content-Length: 40', '\t \xff'),
    before: fc.nat({ max: 2 }),
    cuts: fc.array(fc.nat({ max: 20_000 }), { maxLength: 3 }),
  });
  const property = fc.asyncProperty(run, async ({ form, upper, filler, before, cuts }) => {
    const bytes = FIRST.repeat(before) + mutate(form.bytes, { upper, filler }) + CANARY;
    judge(form, before, await sendInPieces(bytes, cuts));
  });
  await fc.assert(property, { numRuns: RUNS });
}, 60_000);

test('random bytes in a good request crash nothing and let no second request through', async () => {
  const good = RAW_FORMS[0]?.bytes ?? '';
  const run = fc.tuple(fc.nat({ max: good.length - 1 }), fc.integer({ min: 0, max: 255 }));
  const property = fc.asyncProperty(run, async ([at, byte]) => {
    const bytes = good.slice(0, at) + String.fromCharCode(byte) + good.slice(at + 1);
    await sendRaw(edge.port, `${bytes.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`, 400);
    expect(edge.seen.splice(0).length).toBeLessThanOrEqual(1);
    expect(edge.faults).toEqual([]);
  });
  await fc.assert(property, { numRuns: 150 });
}, 60_000);
