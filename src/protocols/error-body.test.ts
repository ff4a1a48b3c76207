import { describe, expect, test } from 'vitest';
import { ERRORS, type ErrorCode } from '../canonical/error.ts';
import { PROTOCOL_IDS } from '../canonical/protocol-id.ts';
import { encodeErrorBody } from './error-body.ts';
import { encodeErrorEvent } from './error-event.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];
const words = { message: 'why', param: 'model', requestId: 'r-1', retryAfterSeconds: 7 };
const body = (protocol: (typeof PROTOCOL_IDS)[number], code: ErrorCode) =>
  JSON.parse(encodeErrorBody(protocol, code, words));

describe('bodies', () => {
  test.each(CODES)('%s says the same in every protocol', (code) => {
    const row = ERRORS[code];
    const openaiCode = 'openaiCode' in row ? row.openaiCode : code;
    for (const protocol of ['openai-chat', 'openai-responses'] as const)
      expect(body(protocol, code).error).toMatchObject({
        message: 'why',
        type: row.openaiType,
        param: 'model',
        code: openaiCode,
      });
    expect(body('anthropic-messages', code)).toMatchObject({
      type: 'error',
      error: { type: row.anthropicType, message: 'why' },
      request_id: 'r-1',
    });
    expect(body('gemini', code).error).toMatchObject({ code: row.http, message: 'why', status: row.geminiStatus });
    for (const protocol of PROTOCOL_IDS) expect(body(protocol, code).error.saola.code).toBe(code);
  });

  test('a limit tells Gemini clients when to come back', () => {
    expect(body('gemini', 'rate_limited').error.details).toEqual([
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' },
    ]);
    expect(body('gemini', 'overloaded').error.details).toBeUndefined();
  });

  test('without a field at fault, OpenAI clients get null', () => {
    const text = encodeErrorBody('openai-chat', 'not_found', { message: 'why', requestId: 'r-1' });
    expect(JSON.parse(text).error.param).toBeNull();
  });
});

describe('events in a stream', () => {
  const broken = { requestId: 'r-1', message: 'line\nbreak', framing: 'sse' as const, begun: true };
  const fields = (text: string) => text.replace(/(\r?\n){2}$/, '').split(/\r?\n/);

  test.each(PROTOCOL_IDS)('%s: one event of whole lines, whatever the message holds', (protocol) => {
    const lines = fields(encodeErrorEvent(protocol, 'upstream_cut', broken));
    const named = protocol === 'openai-responses' || protocol === 'anthropic-messages';
    expect(lines).toHaveLength(named ? 2 : 1);
    expect(JSON.stringify(JSON.parse(lines.at(-1)?.replace(/^data: /, '') ?? ''))).toContain('line\\nbreak');
  });

  test('Responses fails with the next sequence number and the response as it was announced', () => {
    const position = { sequenceNumber: 41, response: { id: 'resp_1', status: 'in_progress', usage: null } };
    const text = encodeErrorEvent('openai-responses', 'idle_timeout', { ...broken, position });
    expect(text.startsWith('event: response.failed\ndata: ')).toBe(true);
    expect(JSON.parse(fields(text)[1]?.slice(6) ?? '')).toEqual({
      type: 'response.failed',
      sequence_number: 42,
      response: {
        id: 'resp_1',
        object: 'response',
        output: [],
        status: 'failed',
        error: { code: 'server_error', message: broken.message },
      },
    });
  });

  test.each([
    [true, '[{}'],
    [false, '\n'],
  ])('a Gemini array gets one more element, the first if nothing was sent (begun: %s)', (begun, sent) => {
    const text = encodeErrorEvent('gemini', 'upstream_cut', { ...broken, framing: 'json-array', begun });
    expect(JSON.parse(`${sent}${text}]`).at(-1).error).toMatchObject({ code: 503, status: 'UNAVAILABLE' });
  });
});
