import { gatewayError } from '../canonical/error.ts';
import type { HeaderPairs } from '../canonical/exchange.ts';
import { asObject, type JsonBody, readField } from './json/json-body.ts';
import type { JsonKind } from './json/json-fields.ts';
import type { Operation } from './protocol.ts';

const FIELD_BYTES_MAX = 64 * 1024;
const MODEL_CHARS_MAX = 256;

/** The few facts of a request that routing, limits and records need; all else passes unread. */
export interface RequestFacts {
  /** As the caller named it. */
  readonly model: string;
  readonly stream: boolean;
  readonly maxOutputTokens: number | undefined;
  readonly hasTools: boolean;
  /** Chat: the caller asked for the usage chunk itself. */
  readonly asksUsage: boolean;
  readonly session: SessionFacts;
}

/** Who is talking, as far as the tool says it. */
export interface SessionFacts {
  readonly sessionId: string | undefined;
  readonly agentId: string | undefined;
  /** `claude-code`, `codex`, ...; told by headers of the tool's own. */
  readonly tool: string | undefined;
}

/** Reads the facts; a wrong type in a field that is read is a 400 that names the field. */
export function readFacts(
  operation: Operation,
  body: JsonBody,
  input: { headers: HeaderPairs; pathModel: string | undefined },
): RequestFacts {
  const stream = expectField(body, 'stream', BOOLEAN);
  return {
    model: operation.modelIn === 'path' ? (input.pathModel ?? '') : readModel(body),
    stream: operation.streams === 'always' || (operation.streams === 'field' && stream === true),
    maxOutputTokens: readOutputCap(operation, body),
    hasTools: (asArray(body, 'tools')?.length ?? 0) > 0,
    asksUsage: asObject(expectField(body, 'stream_options', OBJECT))?.['include_usage'] === true,
    session: readSession(input.headers, body),
  };
}

function readModel(body: JsonBody): string {
  const model = expectField(body, 'model', STRING);
  if (typeof model !== 'string' || model === '')
    throw invalid('model', 'is required: the id of a model, as GET /v1/models lists it');
  if (model.length > MODEL_CHARS_MAX) throw invalid('model', `is longer than ${MODEL_CHARS_MAX} characters`);
  return model;
}

function readOutputCap(operation: Operation, body: JsonBody): number | undefined {
  for (const name of operation.outputCapFields) {
    const value = expectField(body, name, NUMBER);
    if (value === undefined || value === null) continue;
    if (!Number.isInteger(value) || (value as number) < 0) throw invalid(name, 'must be a positive integer');
    return value as number;
  }
  return undefined;
}

const STRING: readonly JsonKind[] = ['string'];
const NUMBER: readonly JsonKind[] = ['number', 'null'];
const BOOLEAN: readonly JsonKind[] = ['true', 'false', 'null'];
const OBJECT: readonly JsonKind[] = ['object', 'null'];
const KIND_WORDS: Readonly<Partial<Record<JsonKind, string>>> = {
  string: 'a string',
  number: 'a number',
  object: 'an object',
  true: 'true',
  false: 'false',
};

/** The field's value when it is small enough to be read; 400 when it is of another kind than these. */
function expectField(body: JsonBody, name: string, kinds: readonly JsonKind[]): unknown {
  const field = body.fields.get(name);
  if (field === undefined) return undefined;
  if (!kinds.includes(field.kind))
    throw invalid(name, `must be ${kinds.flatMap((kind) => KIND_WORDS[kind] ?? []).join(' or ')}`);
  return readField(body, name, FIELD_BYTES_MAX);
}

function invalid(param: string, what: string) {
  return gatewayError('invalid_request', `\`${param}\` ${what}.`, { param });
}

/** The number of tools is not needed, only whether there are any. */
function asArray(body: JsonBody, name: string): { length: number } | undefined {
  const field = body.fields.get(name);
  return field?.kind === 'array' ? { length: field.end - field.start - 2 } : undefined;
}

/** Session headers in the order in which they are believed. */
const SESSION_HEADERS = [
  'x-claude-code-session-id',
  'session-id',
  'thread-id',
  'x-session-affinity',
  'x-session-id',
  'session_id',
];
const ID_CHARS_MAX = 128;

function readSession(headers: HeaderPairs, body: JsonBody): SessionFacts {
  let rank = SESSION_HEADERS.length;
  let sessionId: string | undefined;
  let agentId: string | undefined;
  let originator: string | undefined;
  let userAgent = '';
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const value = headers[i + 1] as string;
    if (name === 'x-claude-code-agent-id') agentId = clip(value);
    else if (name === 'originator') originator = value;
    else if (name === 'user-agent') userAgent = value;
    else {
      const at = SESSION_HEADERS.indexOf(name);
      if (at < 0 || at >= rank || value === '') continue;
      rank = at;
      sessionId = clip(value);
    }
  }
  sessionId ??= sessionFromBody(body);
  return { sessionId, agentId, tool: toolOf({ rank, originator, userAgent }) };
}

function sessionFromBody(body: JsonBody): string | undefined {
  const key = readField(body, 'prompt_cache_key', 1_024);
  if (typeof key === 'string' && key !== '') return clip(key);
  const userId = asObject(readField(body, 'metadata', FIELD_BYTES_MAX))?.['user_id'];
  if (typeof userId !== 'string' || !userId.startsWith('{')) return undefined;
  try {
    const session = asObject(JSON.parse(userId))?.['session_id'];
    return typeof session === 'string' && session !== '' ? clip(session) : undefined;
  } catch {
    return undefined;
  }
}

/** What stands in the `user-agent` of a tool, the first match counts. */
const TOOLS_BY_AGENT = [
  ['geminicli', 'gemini-cli'],
  ['opencode', 'opencode'],
  ['qwencode', 'qwen-code'],
  ['cline', 'cline'],
  ['continue', 'continue'],
] as const;

function toolOf(signs: { rank: number; originator: string | undefined; userAgent: string }): string | undefined {
  if (signs.rank === 0) return 'claude-code';
  if (signs.originator?.startsWith('codex') === true) return 'codex';
  if (signs.userAgent === '') return undefined;
  const agent = signs.userAgent.toLowerCase();
  for (const [sign, tool] of TOOLS_BY_AGENT) if (agent.includes(sign)) return tool;
  return undefined;
}

function clip(value: string): string {
  return value.slice(0, ID_CHARS_MAX);
}
