import type { Answer } from '../answer/answer.ts';
import type { Dialect, ErrorFamily, WireEvent } from '../dialects/dialect.ts';
import type { ActiveFaults } from '../faults/active-faults.ts';
import type { Fault } from '../faults/fault-spec.ts';
import { arrayOf, type JsonObject, objectOf } from '../json-value.ts';
import { closingPiece, type Framing, frameEvents } from './frame-events.ts';
import { gzipPieces } from './gzip-pieces.ts';
import { type Reply, streamReply, wholeReply } from './reply.ts';
import { CONTENT_TYPES, replyHeaders } from './reply-headers.ts';
import { insideCharacters, singleBytes } from './split-pieces.ts';

/** What an encoded answer is made of. */
export interface AnswerForm {
  readonly dialect: Dialect;
  readonly stream: 'no' | 'sse' | 'json-array';
  readonly faults: ActiveFaults;
  readonly extraHeaders: readonly (readonly [string, string])[];
  /** Between two events, in milliseconds; 0: none. */
  readonly gapMs: number;
}

/** Encodes an answer and breaks it off where the faults say so. */
export function answerReply(answer: Answer, form: AnswerForm): Reply {
  return form.stream === 'no' ? unaryReply(answer, form) : eventReply(answer, form);
}

function unaryReply(answer: Answer, form: AnswerForm): Reply {
  const { dialect, faults, extraHeaders } = form;
  if (faults.main?.name === 'err') {
    const [error] = dialect.encodeStreamError(answer, 0);
    const body = Buffer.from(JSON.stringify(error?.data));
    return wholeReply(500, replyHeaders(dialect.family, CONTENT_TYPES.json, extraHeaders), body);
  }
  return bodyReply(dialect.encodeUnary(answer), { ...form, family: dialect.family });
}

/** What a JSON reply is made of; also used for embeddings, token counts and model lists. */
export interface BodyForm {
  readonly family: ErrorFamily;
  readonly faults: ActiveFaults;
  readonly extraHeaders: readonly (readonly [string, string])[];
}

/** A JSON reply that ends early, or is broken, where the faults say so. */
export function bodyReply(json: JsonObject, { family, faults, extraHeaders }: BodyForm): Reply {
  const text = JSON.stringify(json);
  const body = Buffer.from(faults.alters.has('badjson') ? text.slice(0, Math.ceil(text.length / 2)) : text);
  const reply = wholeReply(200, replyHeaders(family, CONTENT_TYPES.json, extraHeaders), body);
  const start = [body.subarray(0, Math.ceil(body.length / 2))];
  switch (faults.main?.name) {
    case 'cut':
      return { ...reply, pieces: start, ending: 'destroy' };
    case 'eof':
      return { ...reply, pieces: start, contentLength: undefined };
    case 'stall':
      return { ...reply, pieces: start, ending: 'hang' };
    default:
      return reply;
  }
}

function eventReply(answer: Answer, form: AnswerForm): Reply {
  const { dialect, extraHeaders, gapMs } = form;
  const format = form.stream === 'json-array' ? 'json-array' : 'sse';
  const { events, ending, complete } = endedEvents(keptEvents(answer, form), answer, form);
  const pieces = frameEvents(events, framingOf(form, format));
  const closing = complete ? closingPiece(format) : undefined;
  if (closing !== undefined) {
    pieces.push(closing);
  }
  const headers = replyHeaders(dialect.family, CONTENT_TYPES[format], extraHeaders);
  const gap = gapMs > 0 ? gapMs : ('together' as const);
  return { ...streamReply(headers, pieces), gap, ending };
}

function keptEvents(answer: Answer, { dialect, faults }: AnswerForm): WireEvent[] {
  const without = (mark: string) => faults.alters.has(mark === 'ping' ? 'noping' : 'nodone');
  const events = dialect.encodeStream(answer);
  // Gemini has no event of its own for the end, so there only the finish reason is left out.
  return dialect.id === 'gemini' && faults.alters.has('nodone')
    ? events.map(unfinished)
    : events.filter((event) => event.mark === undefined || !without(event.mark));
}

function unfinished(event: WireEvent): WireEvent {
  const data = objectOf(event.data);
  const candidates = arrayOf(data['candidates']).map((candidate) => {
    const { finishReason: _, ...rest } = objectOf(candidate);
    return rest;
  });
  return { data: { ...data, candidates } };
}

interface EndedEvents {
  readonly events: readonly WireEvent[];
  readonly ending: Reply['ending'];
  /** The array of a JSON stream is closed. */
  readonly complete: boolean;
}

function endedEvents(events: readonly WireEvent[], answer: Answer, { dialect, faults }: AnswerForm): EndedEvents {
  const main: Fault | undefined = faults.main;
  const before = events.slice(0, main?.number);
  switch (main?.name) {
    case 'cut':
      return { events: before, ending: 'destroy', complete: false };
    case 'eof':
      return { events: before, ending: 'end', complete: false };
    case 'stall':
      return { events: before, ending: 'hang', complete: false };
    case 'err': {
      const error = dialect.encodeStreamError(answer, before.length);
      return { events: [...before, ...error], ending: 'end', complete: true };
    }
    default:
      return { events, ending: 'end', complete: true };
  }
}

function framingOf({ dialect, faults }: AnswerForm, format: 'sse' | 'json-array'): Framing {
  const has = faults.alters;
  const usual = dialect.id === 'gemini' ? '\r\n' : '\n';
  const damaged = has.has('cr') ? '\r' : usual;
  return {
    format,
    lineEnd: has.has('crlf') ? '\r\n' : damaged,
    bom: has.has('bom'),
    comments: has.has('comment'),
    brokenEvent: has.get('badjson')?.number,
  };
}

/** Changes that do not depend on what the bytes mean. */
export function altered(reply: Reply, { alters }: ActiveFaults): Reply {
  if (alters.size === 0) {
    return reply;
  }
  let { pieces, headers, contentLength, gap } = reply;
  if (alters.has('gzip')) {
    pieces = gzipPieces(pieces);
    headers = [...headers, 'content-encoding', 'gzip'];
    contentLength = undefined;
  }
  if (alters.has('splitutf8')) {
    pieces = insideCharacters(pieces);
    gap = typeof gap === 'number' ? gap : 1;
  }
  const drip = alters.get('drip');
  if (drip !== undefined) {
    pieces = singleBytes(pieces);
    gap = drip.number > 0 ? drip.number : 'turn';
  }
  return { ...reply, pieces, headers, contentLength, gap };
}
