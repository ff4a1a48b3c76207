import { type JsonBody, readField, readInFirst } from '../json/json-body.ts';
import type { ReplyFacts, TapQuirks } from '../protocol.ts';
import { toUsage } from './usage.ts';

/** An answer of more bytes is recorded without its finish reason. */
const FINISH_REASON = { list: 'choices', name: 'finish_reason', bytesMax: 256 * 1024 };

/** Reads a chat or legacy completion reply; a reply without a choice is not one. */
export function readChatReply(body: JsonBody, quirks: TapQuirks): ReplyFacts | undefined {
  const field = body.fields.get('choices');
  if (field?.kind !== 'array' || field.end - field.start <= 2) return undefined;
  return readCommon(body, quirks, asText(readInFirst(body, FINISH_REASON)));
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
