import { asObject, type JsonBody, readField, readInFirst } from '../json/json-body.ts';
import { NO_USAGE, type ReplyFacts } from '../protocol.ts';
import { toUsage } from './usage.ts';

/** An answer of more bytes is recorded without its finish reason. */
const FINISH_REASON = { list: 'candidates', name: 'finishReason', bytesMax: 256 * 1024 };

/** Reads a whole Gemini reply; one with neither candidates nor a refusal of the prompt is not one. */
export function readGenerateReply(body: JsonBody): ReplyFacts | undefined {
  const feedback = asObject(readField(body, 'promptFeedback', 65_536));
  if (body.fields.get('candidates')?.kind !== 'array' && feedback === undefined) return undefined;
  const finishReason = readInFirst(body, FINISH_REASON);
  return {
    usage: toUsage(readField(body, 'usageMetadata', 65_536)),
    finishReason: asText(finishReason ?? feedback?.['blockReason']),
    responseModel: asText(readField(body, 'modelVersion', 512)),
    upstreamId: asText(readField(body, 'responseId', 512)),
  };
}

/** Reads a token count; it costs nothing, so that no usage is recorded. */
export function readCountReply(body: JsonBody): ReplyFacts | undefined {
  if (body.fields.get('totalTokens')?.kind !== 'number') return undefined;
  return { usage: NO_USAGE, finishReason: undefined, responseModel: undefined, upstreamId: undefined };
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
