import type { JsonObject } from './json-value.ts';

/**
 * Token counts in a vendor-neutral, inclusive form: `prompt` holds cached and written tokens, `completion` holds
 * reasoning. Each dialect turns them into its own fields.
 */
interface TokenCounts {
  readonly prompt: number;
  readonly cached: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly completion: number;
  readonly reasoning: number;
  readonly audioIn: number;
  readonly audioOut: number;
  readonly imageIn: number;
  readonly imageOut: number;
  /** Gemini only: tokens of tool results, beside `promptTokenCount`. */
  readonly toolUsePrompt: number;
  /** Anthropic only: `server_tool_use.web_search_requests`. */
  readonly webSearches: number;
}

/** How a model reports usage; set per model by `POST /__mock/config`. */
export interface UsageSetting extends TokenCounts {
  /** xAI's habit: `completion_tokens` without the reasoning tokens. */
  readonly reasoningOutside: boolean;
  /** Chat streams: on request (OpenAI), in every stream, or in none. */
  readonly streamUsage: 'option' | 'always' | 'never';
  /** Replaces the final wire object as it stands. */
  readonly rawFinal: JsonObject | undefined;
  /** Replaces the usage of Anthropic's `message_start`. */
  readonly rawStart: JsonObject | undefined;
}

/** What a model reports when nothing is configured. */
export const DEFAULT_USAGE: UsageSetting = {
  prompt: 11,
  cached: 3,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  completion: 7,
  reasoning: 0,
  audioIn: 0,
  audioOut: 0,
  imageIn: 0,
  imageOut: 0,
  toolUsePrompt: 0,
  webSearches: 0,
  reasoningOutside: false,
  streamUsage: 'option',
  rawFinal: undefined,
  rawStart: undefined,
};

/** The usage of one answer: how the counts appear on the wire. */
export interface UsagePlan extends UsageSetting {
  /** Fault `bignum`: every number becomes 2^53 + 1, which a double cannot hold. */
  readonly big: boolean;
}

/** The setting with every count at 0 (fault `zerousage`). */
export function zeroCounts(setting: UsageSetting): UsageSetting {
  const zeros = Object.fromEntries(
    Object.entries(setting).map(([name, value]) => [name, typeof value === 'number' ? 0 : value]),
  );
  return { ...setting, ...zeros, rawFinal: undefined, rawStart: undefined };
}

/** 2^53 + 1: the first integer that `JSON.parse` changes. */
const BIG_NUMBER = '9007199254740993';

/** `JSON.rawJSON` of Node 24; the ES2024 types do not know it yet. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** Applies raw overrides and `bignum` to a wire usage object. */
export function finishUsage(fields: JsonObject, plan: UsagePlan, place: 'start' | 'final' = 'final'): JsonObject {
  const chosen = (place === 'start' ? plan.rawStart : plan.rawFinal) ?? fields;
  return plan.big ? (enlarge(chosen) as JsonObject) : chosen;
}

function enlarge(value: unknown): unknown {
  if (typeof value === 'number') {
    return rawJson(BIG_NUMBER);
  }
  if (Array.isArray(value)) {
    return value.map(enlarge);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, enlarge(inner)]));
  }
  return value;
}
