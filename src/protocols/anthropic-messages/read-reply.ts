import { type JsonBody, readField } from '../json/json-body.ts';
import { NO_USAGE, type ReplyFacts } from '../protocol.ts';
import { toUsage } from './usage.ts';

/** Reads a whole message; one without a content array is not one. */
export function readMessagesReply(body: JsonBody): ReplyFacts | undefined {
  if (body.fields.get('content')?.kind !== 'array') return undefined;
  return {
    usage: toUsage(readField(body, 'usage', 65_536)),
    finishReason: asText(readField(body, 'stop_reason', 512)),
    responseModel: asText(readField(body, 'model', 512)),
    upstreamId: asText(readField(body, 'id', 512)),
  };
}

/** Reads a token count; it costs nothing, so that no usage is recorded. */
export function readCountReply(body: JsonBody): ReplyFacts | undefined {
  if (body.fields.get('input_tokens')?.kind !== 'number') return undefined;
  return { usage: NO_USAGE, finishReason: undefined, responseModel: undefined, upstreamId: undefined };
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
