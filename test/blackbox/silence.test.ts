import { type ExpectStatic, test } from 'vitest';
import { catalogue } from '../support/catalogue.ts';
import { type RunningRoad, startRoad } from '../support/road.ts';
import { DIALECTS, type Dialect, everyProtocol, modelInOrder } from './support/dialects.ts';
import { type RawAnswer, rawCall } from './support/raw-call.ts';
import { type ScriptedUpstream, type SeenRequest, startScripted } from './support/scripted-upstream.ts';

interface World {
  readonly upstream: ScriptedUpstream;
  readonly road: RunningRoad;
}

/** A world of its own for each test, because these run beside each other. */
async function inWorld(expect: ExpectStatic, body: (world: World) => Promise<void>): Promise<void> {
  const upstream = await startScripted();
  const road = await startRoad({
    catalogue: catalogue([everyProtocol('one', upstream.url)], [modelInOrder('one')]),
  });
  try {
    await body({ upstream, road });
    expect(road.faults).toEqual([]);
  } finally {
    await road.close();
    upstream.close();
  }
}

/** The upstream says nothing for so long, and then this. */
function sayLater({ upstream }: World, afterMs: number, say: (request: SeenRequest, dialect: Dialect) => void): void {
  upstream.answer = (request) => {
    const { socket, line } = request;
    const asked = ({ streamPath }: Dialect) =>
      line.includes(streamPath.replace('/v1/chat', '/chat').replace('vendor/m', 'up'));
    const later = setTimeout(() => say(request, DIALECTS.find(asked) ?? (DIALECTS[0] as Dialect)), afterMs);
    socket.once('close', () => clearTimeout(later));
    return 'silent';
  };
}

interface Heard {
  readonly dialect: Dialect;
  readonly answer: RawAnswer;
  readonly firstAt: number;
  readonly pings: number;
  /** What came after them. */
  readonly rest: string;
}

/** Asks in every dialect at once. */
function askAll({ road }: World): Promise<Heard[]> {
  return Promise.all(
    DIALECTS.map(async (dialect) => {
      const started = performance.now();
      let firstAt = 0;
      const answer = await rawCall({
        port: road.port,
        path: dialect.streamPath,
        body: dialect.body(true),
        timeoutMs: 35_000,
        onData: () => {
          firstAt ||= performance.now() - started;
        },
      });
      const ping = pingOf(dialect);
      let rest = answer.body.toString('utf8');
      let pings = 0;
      for (; rest.startsWith(ping); pings++) rest = rest.slice(ping.length);
      return { dialect, answer, firstAt, pings, rest };
    }),
  );
}

function pingOf({ protocol, name }: Dialect): string {
  if (name === 'gemini array') return '\n';
  return protocol === 'anthropic-messages' ? 'event: ping\ndata: {"type":"ping"}\n\n' : ': ping\n\n';
}

/** The one event that this is; an array that broke off is closed, so that its elements can be counted. */
function onlyEvent({ name }: Dialect, text: string): unknown {
  if (name === 'gemini array') {
    const elements = JSON.parse(`${text}]`) as unknown[];
    return elements.length === 1 ? elements[0] : elements;
  }
  return JSON.parse(/^(?:event: \S+\n)?data: (.+)(?:\r\n\r\n|\n\n)$/.exec(text)?.[1] ?? '');
}

function wireChunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

test.concurrent('silence before content is bridged: 200 and a ping after 10 s, still one beginning', {
  timeout: 40_000,
}, async ({ expect }) => {
  await inWorld(expect, async (world) => {
    sayLater(world, 27_000, ({ socket }, { streamType, events }) => {
      const head = `HTTP/1.1 200 OK\r\ncontent-type: ${streamType}\r\ntransfer-encoding: chunked\r\n\r\n`;
      socket.write(`${head}${events.map(wireChunk).join('')}0\r\n\r\n`);
    });
    for (const { dialect, answer, firstAt, pings, rest } of await askAll(world)) {
      expect(firstAt).toBeGreaterThan(9_500);
      expect(firstAt).toBeLessThan(12_500);
      expect(answer).toMatchObject({ status: 200, complete: true });
      expect(rest).toBe(dialect.events.join(''));
      expect(pings, dialect.name).toBe(2);
    }
  });
});

test.concurrent('a failure after that is the first event of the stream, and the last', {
  timeout: 40_000,
}, async ({ expect }) => {
  await inWorld(expect, async (world) => {
    sayLater(world, 12_500, ({ socket }) => socket.resetAndDestroy());
    for (const { dialect, answer, pings, rest } of await askAll(world)) {
      expect(answer).toMatchObject({ status: 200, complete: false });
      expect(pings, dialect.name).toBe(1);
      expect(JSON.stringify(onlyEvent(dialect, rest)), dialect.name).toContain('The provider of this model failed.');
    }
    expect(world.road.records.map((record) => record.errorCode)).toEqual(DIALECTS.map(() => 'upstream_error'));
  });
});
