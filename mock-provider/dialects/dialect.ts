import type { Answer } from '../answer/answer.ts';
import type { RequestFacts } from '../answer/request-facts.ts';
import type { JsonObject } from '../json-value.ts';

/** The dialects that answer with generated text. */
export type DialectId = 'openai-chat' | 'openai-completions' | 'openai-responses' | 'anthropic-messages' | 'gemini';

/** Whose error bodies an endpoint speaks. */
export type ErrorFamily = 'openai' | 'anthropic' | 'gemini';

/** One event of a stream, before it is framed. */
export interface WireEvent {
  /** The `event:` line; dialects without such lines leave it out. */
  readonly event?: string;
  readonly data: JsonObject | '[DONE]';
  /** `ping`: left out by `noping`. `terminal`: left out by `nodone`. */
  readonly mark?: 'ping' | 'terminal';
}

/** What the path says about a request. */
export interface PathFacts {
  /** Gemini: the model in the path. */
  readonly model: string | undefined;
  readonly stream: 'no' | 'sse' | 'json-array';
}

/** One wire protocol of the mock. */
export interface Dialect {
  readonly id: DialectId;
  readonly family: ErrorFamily;
  readFacts(body: JsonObject, path: PathFacts): RequestFacts;
  /** The body of a reply that is not streamed. */
  encodeUnary(answer: Answer): JsonObject;
  encodeStream(answer: Answer): WireEvent[];
  /** The error in the middle of a stream; `sent` events went before it. */
  encodeStreamError(answer: Answer, sent: number): WireEvent[];
}
