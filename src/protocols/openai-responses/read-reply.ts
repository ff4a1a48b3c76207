import { asObject, type JsonBody, readField } from '../json/json-body.ts';
import type { ReplyFacts } from '../protocol.ts';
import { toUsage } from './usage.ts';

/** Reads a whole Responses reply; one without `output` is not one. */
export function readResponsesReply(body: JsonBody): ReplyFacts | undefined {
  if (body.fields.get('output')?.kind !== 'array') return undefined;
  const read = (name: string) => readField(body, name, 65_536);
  return responseFacts({
    usage: read('usage'),
    status: read('status'),
    incomplete_details: read('incomplete_details'),
    model: read('model'),
    id: read('id'),
  });
}

/** The facts of a response object. */
export function responseFacts(response: Readonly<Record<string, unknown>>): ReplyFacts {
  const reason = asText(asObject(response['incomplete_details'])?.['reason']);
  return {
    usage: toUsage(response['usage']),
    finishReason: reason ?? asText(response['status']),
    responseModel: asText(response['model']),
    upstreamId: asText(response['id']),
  };
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
