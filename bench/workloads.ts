import type { Expectation } from './load/load-spec.ts';
import type { Burst } from './rig.ts';
import { BENCH_MODEL } from './systems/start-saola.ts';

/** Content events of a stream; the mock adds the role, the finish and the terminator. */
const STREAM_EVENTS = 64;

// What the mock sends for 64 words: role, words, finish, [DONE]; message_start, block start, ping, words, block stop, delta, stop.
const CHAT_EVENTS_MORE = 3;
const MESSAGES_EVENTS = STREAM_EVENTS + 6;

const messagesStream: Expectation = {
  events: MESSAGES_EVENTS,
  ending: 'data: {"type":"message_stop"}\n\n',
  bytesMin: 5_000,
};
const plain: Expectation = { events: 0, ending: '}', bytesMin: 800 };

const defaults = { requestsMax: 1_000_000, spreadMs: 0 };

/** A question of 120 bytes with an answer of 1 KB. */
export function smallUnary(inFlight: number, forMs: number): Burst {
  const body = JSON.stringify({ model: BENCH_MODEL, messages: [{ role: 'user', content: '[[mock:words 80]]' }] });
  return { ...defaults, path: '/v1/chat/completions', body, inFlight, forMs, expect: plain };
}

/** A small question with an answer of 64 content events, or another number. The pace is the mock's. */
export function smallStream(inFlight: number, forMs: number, { spreadMs = 0, words = STREAM_EVENTS } = {}): Burst {
  const messages = [{ role: 'user', content: `[[mock:words ${words}]]` }];
  const body = JSON.stringify({ model: BENCH_MODEL, stream: true, messages });
  const expect = { events: words + CHAT_EVENTS_MORE, ending: 'data: [DONE]\n\n', bytesMin: 5_000 };
  return { ...defaults, path: '/v1/chat/completions', body, inFlight, forMs, spreadMs, expect };
}

/** 90 KB as a coding tool sends them: a long system prompt, 24 tools with schemas, and a conversation with files in it. */
export function codingBody(stream: boolean, inFlight: number, forMs: number): Burst {
  const words = stream ? STREAM_EVENTS : 150;
  const body = JSON.stringify({
    model: BENCH_MODEL,
    max_tokens: 32_000,
    stream,
    metadata: { user_id: 'user_bench_account__session_0' },
    system: [{ type: 'text', text: prose(14_000), cache_control: { type: 'ephemeral' } }],
    tools: Array.from({ length: 24 }, (_, index) => tool(index)),
    messages: [...conversation(), { role: 'user', content: `[[mock:words ${words}]]` }],
  });
  const expect = stream ? messagesStream : plain;
  return { ...defaults, path: '/v1/messages', body, inFlight, forMs, expect };
}

function tool(index: number): unknown {
  const property = (name: string) => [name, { type: 'string', description: prose(120) }] as const;
  return {
    name: `Tool${index}`,
    description: prose(900),
    input_schema: {
      type: 'object',
      properties: Object.fromEntries(['file_path', 'pattern', 'command', 'description'].map(property)),
      required: ['file_path'],
      additionalProperties: false,
    },
  };
}

function conversation(): readonly unknown[] {
  return Array.from({ length: 8 }, (_, turn) => [
    { role: 'user', content: [{ type: 'text', text: prose(300) }] },
    {
      role: 'assistant',
      content: [{ type: 'tool_use', id: `toolu_${turn}`, name: 'Tool1', input: { file_path: `/src/file-${turn}.ts` } }],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: `toolu_${turn}`, content: code(4_000) }],
    },
    { role: 'assistant', content: [{ type: 'text', text: prose(200) }] },
  ]).flat();
}

function prose(length: number): string {
  return 'Use this when a file has to be read before it is changed; say "done" at the end.\n'
    .repeat(200)
    .slice(0, length);
}

function code(length: number): string {
  return '\tif (value === undefined) return { ok: false, reason: "missing" };\n'.repeat(80).slice(0, length);
}
