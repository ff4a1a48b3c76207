import type { JsonObject } from '../json-value.ts';

/** A tool that the client declared. */
export interface DeclaredTool {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly kind: 'function' | 'custom';
  /** JSON schema of the arguments; empty for custom tools. */
  readonly schema: JsonObject;
}

/** One message of the conversation, as far as directives need it. */
export interface Turn {
  readonly role: 'user' | 'assistant' | 'other';
  readonly text: string;
  /** Texts of the tool results in it. */
  readonly results: readonly string[];
}

/** What the mock reads of a request, whatever its dialect. */
export interface RequestFacts {
  readonly model: string;
  readonly stream: 'no' | 'sse' | 'json-array';
  readonly includeUsage: boolean;
  readonly turns: readonly Turn[];
  readonly tools: readonly DeclaredTool[];
  /** A tool must be called: this one, or any (`true`). */
  readonly forcedTool: string | boolean;
  /** Structured output: the schema, or an empty one for plain JSON. */
  readonly schema: JsonObject | undefined;
  readonly stop: readonly string[];
  readonly encryptedReasoning: boolean;
  readonly body: JsonObject;
}
