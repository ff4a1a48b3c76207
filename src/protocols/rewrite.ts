import type { RequestFacts } from './facts.ts';
import type { JsonBody } from './json/json-body.ts';
import { applySplices, type Splice } from './json/splice.ts';
import type { Operation } from './protocol.ts';

/** What may be rewritten in a passed-through request; nothing else ever is. */
export interface Rewrite {
  readonly upstreamModel: string;
  /** Chat streams at providers that report usage only when asked. */
  readonly addUsageOption: boolean;
}

/** The caller's bytes with the listed rewrites spliced in. */
export function rewriteBody(operation: Operation, body: JsonBody, rewrite: Rewrite): Uint8Array[] {
  const splices: Splice[] = [];
  const model = body.fields.get('model');
  if (operation.modelIn === 'body' && model !== undefined) {
    splices.push({ start: model.start, end: model.end, text: JSON.stringify(rewrite.upstreamModel) });
  }
  if (rewrite.addUsageOption) splices.push(usageOption(body));
  return applySplices(body.bytes, splices);
}

/** Whether Saola has to ask for usage itself, since the caller did not. */
export function needsUsageOption(
  operation: Operation,
  facts: RequestFacts,
  streamUsage: 'option' | 'always' | 'none',
): boolean {
  const chat = operation.id === 'chat.completions' || operation.id === 'completions';
  return chat && facts.stream && !facts.asksUsage && streamUsage === 'option';
}

const decoder = new TextDecoder();

function usageOption(body: JsonBody): Splice {
  const field = body.fields.get('stream_options');
  if (field === undefined) {
    // `stream` is there, since this is a stream: the new member goes right behind its value.
    const at = body.fields.get('stream')?.end ?? 0;
    return { start: at, end: at, text: ',"stream_options":{"include_usage":true}' };
  }
  const options =
    field.kind === 'object' ? (JSON.parse(decoder.decode(body.bytes.subarray(field.start, field.end))) as object) : {};
  return { start: field.start, end: field.end, text: JSON.stringify({ ...options, include_usage: true }) };
}
