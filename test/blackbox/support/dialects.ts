import type { ProtocolId } from '../../../src/canonical/protocol-id.ts';
import type { Model, Provider } from '../../../src/routing/catalogue.ts';
import { deployment, model, provider } from '../../support/catalogue.ts';

/** One way of asking for an answer, with replies that the protocol allows. */
export interface Dialect {
  readonly name: string;
  readonly protocol: ProtocolId;
  readonly unaryPath: string;
  readonly streamPath: string;
  readonly streamType: string;
  /** A request that names `vendor/m`. */
  body(stream: boolean): string;
  /** The events of a whole stream, each with its separator, in order; the last is the terminator. */
  readonly events: readonly string[];
  /** The first so many of them carry no content. */
  readonly preamble: number;
  readonly unary: string;
  /** What a broken stream's last event looks like. */
  readonly errorEvent: RegExp;
  /** What only a complete stream contains. */
  readonly terminator: RegExp;
}

const chatChunk = (parts: string) => `data: {"id":"c1","object":"chat.completion.chunk","model":"up",${parts}}\n\n`;
const typed = (event: { readonly type: string; readonly [field: string]: unknown }) =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
const response = (status: string, extra: object = {}) => ({
  id: 'resp_1',
  object: 'response',
  status,
  output: [],
  ...extra,
});

const chat: Dialect = {
  name: 'chat',
  protocol: 'openai-chat',
  unaryPath: '/v1/chat/completions',
  streamPath: '/v1/chat/completions',
  streamType: 'text/event-stream',
  body: (stream) =>
    JSON.stringify({
      model: 'vendor/m',
      stream,
      ...(stream ? { stream_options: { include_usage: true } } : {}),
      messages: [{ role: 'user', content: 'hi' }],
    }),
  events: [
    chatChunk('"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]'),
    chatChunk('"choices":[{"index":0,"delta":{"content":"Xin "},"finish_reason":null}]'),
    chatChunk('"choices":[{"index":0,"delta":{"content":"chào 😀"},"finish_reason":null}]'),
    chatChunk('"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]'),
    chatChunk('"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}'),
    'data: [DONE]\n\n',
  ],
  preamble: 1,
  unary:
    '{"id":"c1","object":"chat.completion","model":"up","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}',
  errorEvent: /data: \{"error":\{"message":"[^"]+","type":"server_error","code":"[a-z_]+","param":null\}\}\n\n$/,
  terminator: /\[DONE\]|"finish_reason":"/,
};

const responses: Dialect = {
  name: 'responses',
  protocol: 'openai-responses',
  unaryPath: '/v1/responses',
  streamPath: '/v1/responses',
  streamType: 'text/event-stream',
  body: (stream) => JSON.stringify({ model: 'vendor/m', stream, input: 'hi' }),
  events: [
    typed({ type: 'response.created', sequence_number: 0, response: response('in_progress') }),
    typed({ type: 'response.output_item.added', sequence_number: 1, output_index: 0, item: { type: 'message' } }),
    typed({ type: 'response.output_text.delta', sequence_number: 2, delta: 'Xin ' }),
    typed({ type: 'response.output_text.delta', sequence_number: 3, delta: 'chào 😀' }),
    typed({ type: 'response.output_text.delta', sequence_number: 4, delta: '!' }),
    typed({
      type: 'response.completed',
      sequence_number: 5,
      response: response('completed', { usage: { input_tokens: 11, output_tokens: 7, total_tokens: 18 } }),
    }),
  ],
  preamble: 2,
  unary: JSON.stringify(response('completed', { usage: { input_tokens: 11, output_tokens: 7, total_tokens: 18 } })),
  errorEvent:
    /event: response\.failed\ndata: \{"type":"response\.failed".*"status":"failed".*"code":"server_error".*\}\n\n$/,
  terminator: /response\.completed/,
};

const messages: Dialect = {
  name: 'messages',
  protocol: 'anthropic-messages',
  unaryPath: '/v1/messages',
  streamPath: '/v1/messages',
  streamType: 'text/event-stream',
  body: (stream) =>
    JSON.stringify({ model: 'vendor/m', max_tokens: 9, stream, messages: [{ role: 'user', content: 'hi' }] }),
  events: [
    typed({
      type: 'message_start',
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'up',
        usage: { input_tokens: 11, output_tokens: 1 },
      },
    }),
    typed({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    typed({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Xin ' } }),
    typed({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'chào 😀' } }),
    typed({ type: 'content_block_stop', index: 0 }),
    typed({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } }),
    typed({ type: 'message_stop' }),
  ],
  preamble: 2,
  unary:
    '{"id":"msg_1","type":"message","role":"assistant","model":"up","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":11,"output_tokens":7}}',
  errorEvent: /event: error\ndata: \{"type":"error","error":\{"type":"overloaded_error".*"request_id":"[^"]+"\}\n\n$/,
  terminator: /message_stop|"stop_reason":"/,
};

const geminiChunk = (text: string, rest = '') =>
  `{"candidates":[{"content":{"role":"model","parts":[{"text":"${text}"}]},"index":0${rest}}],"usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":7}}`;
const GEMINI_CHUNKS = [
  geminiChunk('Xin '),
  geminiChunk('chào 😀'),
  geminiChunk('!'),
  geminiChunk('', ',"finishReason":"STOP"'),
];

const geminiSse: Dialect = {
  name: 'gemini sse',
  protocol: 'gemini',
  unaryPath: '/v1beta/models/vendor/m:generateContent',
  streamPath: '/v1beta/models/vendor/m:streamGenerateContent?alt=sse',
  streamType: 'text/event-stream',
  body: () => '{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}',
  events: GEMINI_CHUNKS.map((chunk) => `data: ${chunk}\r\n\r\n`),
  preamble: 0,
  unary: GEMINI_CHUNKS[3] ?? '',
  errorEvent: /data: \{"error":\{"code":503,"message":"[^"]+","status":"UNAVAILABLE"\}\}\r\n\r\n$/,
  terminator: /finishReason/,
};

const geminiArray: Dialect = {
  ...geminiSse,
  name: 'gemini array',
  streamPath: '/v1beta/models/vendor/m:streamGenerateContent',
  streamType: 'application/json; charset=UTF-8',
  events: [...GEMINI_CHUNKS.map((chunk, at) => `${at === 0 ? '[' : '\n,\r\n'}${chunk}`), '\n]'],
  errorEvent: /[[,]\{"error":\{"code":503,"message":"[^"]+","status":"UNAVAILABLE"\}\}$/,
};

/** All of them. */
export const DIALECTS: readonly Dialect[] = [chat, responses, messages, geminiSse, geminiArray];

/** The four protocols, each once. */
export const PROTOCOL_DIALECTS: readonly Dialect[] = [chat, responses, messages, geminiSse];

/** A provider that speaks all protocols at this URL. */
export function everyProtocol(id: string, url: string, parts: Partial<Provider> = {}): Provider {
  return provider(id, {
    endpoints: {
      'openai-chat': `${url}/v1`,
      'openai-responses': `${url}/v1`,
      'anthropic-messages': url,
      gemini: url,
    },
    auth: {
      'anthropic-messages': { type: 'header', name: 'x-api-key' },
      gemini: { type: 'header', name: 'x-goog-api-key' },
    },
    ...parts,
  });
}

/** `vendor/m` at these providers, tried in this order. */
export function modelInOrder(...providerIds: readonly string[]): Model {
  return model(
    'vendor/m',
    providerIds.map((id, at) => deployment(id, { tier: at + 1, upstreamModel: 'up' })),
  );
}
