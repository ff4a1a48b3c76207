import { type Answer, type Finish, SIGNATURE, type ToolCall } from '../../answer/answer.ts';
import type { JsonObject } from '../../json-value.ts';
import type { Dialect, WireEvent } from '../dialect.ts';
import { readFacts } from './read-facts.ts';
import { usageMetadata } from './usage.ts';

/** Gemini generateContent and streamGenerateContent: https://ai.google.dev/api/generate-content */
export const gemini: Dialect = {
  id: 'gemini',
  family: 'gemini',
  readFacts,
  encodeUnary: (answer) => reply(answer, mergedParts(answer), { finished: true, share: 1 }),
  encodeStream,
  encodeStreamError: () => [
    {
      data: {
        error: { code: 503, message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' },
      },
    },
  ],
};

function finishReason(finish: Finish): string {
  switch (finish) {
    case 'stop':
    case 'stop_sequence':
    case 'tool_use':
      return 'STOP';
    case 'max_tokens':
      return 'MAX_TOKENS';
    case 'content_filter':
      return 'SAFETY';
  }
}

interface Position {
  readonly finished: boolean;
  /** Share of the output that has been sent, for the cumulative usage. */
  readonly share: number;
}

function reply(answer: Answer, parts: JsonObject[], { finished, share }: Position): JsonObject {
  const content = parts.length === 0 ? { role: 'model' } : { role: 'model', parts };
  return {
    candidates: [{ content, ...(finished ? { finishReason: finishReason(answer.finish) } : {}), index: 0 }],
    ...(answer.usage === undefined ? {} : { usageMetadata: usageMetadata(answer.usage, share) }),
    modelVersion: answer.model,
    ...(answer.id === undefined ? {} : { responseId: answer.id }),
  };
}

function mergedParts(answer: Answer): JsonObject[] {
  const text = answer.textChunks.join('');
  return [...thoughtParts(answer), ...(text === '' ? [] : [{ text }]), ...callParts(answer)];
}

/** Calls arrive whole and together in one chunk, text piece by piece. */
function encodeStream(answer: Answer): WireEvent[] {
  const calls = callParts(answer);
  const chunks: JsonObject[][] = [
    ...thoughtParts(answer).map((part) => [part]),
    ...answer.textChunks.map((text) => [{ text }]),
    ...(calls.length === 0 ? [] : [calls]),
  ];
  if (chunks.length === 0) {
    chunks.push([]);
  }
  return chunks.map((parts, index) => {
    const finished = index === chunks.length - 1;
    const data = reply(answer, parts, { finished, share: (index + 1) / chunks.length });
    return finished ? { data, mark: 'terminal' } : { data };
  });
}

function thoughtParts(answer: Answer): JsonObject[] {
  return answer.thinking === undefined ? [] : [{ text: answer.thinking, thought: true }];
}

/** Only the first of several parallel calls carries the signature. */
function callParts(answer: Answer): JsonObject[] {
  return answer.toolCalls.map((call, index) => ({
    functionCall: {
      ...(answer.id === undefined ? {} : { id: `call_${call.id}` }),
      name: call.name,
      args: parsedArgs(call),
    },
    ...(answer.thinking !== undefined && index === 0 ? { thoughtSignature: SIGNATURE } : {}),
  }));
}

function parsedArgs(call: ToolCall): unknown {
  return call.kind === 'custom' ? { input: call.input } : JSON.parse(call.input);
}
