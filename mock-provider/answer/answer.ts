import type { UsagePlan } from '../usage.ts';

/** Why an answer ends. */
export type Finish = 'stop' | 'stop_sequence' | 'tool_use' | 'max_tokens' | 'content_filter';

/** A call of one of the client's tools. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly kind: 'function' | 'custom';
  /** JSON text of a function's arguments, or the raw input of a custom tool. */
  readonly input: string;
}

/** What the model says, before a dialect puts it into words. */
export interface Answer {
  /** A short id without prefix; `undefined` leaves out every id (fault `noid`). */
  readonly id: string | undefined;
  readonly model: string;
  readonly thinking: string | undefined;
  /** One content event each. */
  readonly textChunks: readonly string[];
  readonly toolCalls: readonly ToolCall[];
  readonly finish: Finish;
  readonly stopSequence: string | undefined;
  /** `undefined`: no usage anywhere (fault `nousage`). */
  readonly usage: UsagePlan | undefined;
  /** Chat streams: the usage chunk is wanted. */
  readonly includeUsage: boolean;
  /** Responses: reasoning items carry `encrypted_content`. */
  readonly encryptedReasoning: boolean;
}

/** Every answer was created at this Unix second, so that replies are the same in each run. */
export const CREATED = 1_760_000_000;

/** The signature of every thinking block, base64 as vendors send it. */
export const SIGNATURE = 'bW9jay1zaWduYXR1cmU=';
