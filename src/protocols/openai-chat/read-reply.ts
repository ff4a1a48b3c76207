import { type JsonBody, readField, readInFirst } from '../json/json-body.ts';
import type { ReplyFacts, TapQuirks } from '../protocol.ts';
import { toUsage } from './usage.ts';

/** The most bytes of `choices` that are read for their finish reason; a longer answer is recorded without it. */
const CHOICES_BYTES_MAX = 256 * 1024;

/** Reads a chat or legacy completion reply; a reply without a choice is not one. */
export function readChatReply(body: JsonBody, quirks: TapQuirks): ReplyFacts | undefined {
  const field = body.fields.get('choices');
  if (field?.kind !== 'array' || field.end - field.start <= 2) return undefined;
  return readCommon(body, quirks, asText(readInFirst(body, 'choices', 'finish_reason', CHOICES_BYTES_MAX)));
}

/** Reads an embeddings reply. */
export function readEmbeddingsReply(body: JsonBody, quirks: TapQuirks): ReplyFacts | undefined {
  if (body.fields.get('data')?.kind !== 'array') return undefined;
  return readCommon(body, quirks, undefined);
}

function readCommon(body: JsonBody, quirks: TapQuirks, finishReason: string | undefined): ReplyFacts {
  return {
    usage: toUsage(readField(body, 'usage', 65_536), quirks),
    finishReason,
    responseModel: asText(readField(body, 'model', 512)),
    upstreamId: asText(readField(body, 'id', 512)),
  };
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
