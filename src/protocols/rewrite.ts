import type { RequestFacts } from './facts.ts';
import { isJsonFault, type JsonBody, scanJsonBody } from './json/json-body.ts';
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

function usageOption(body: JsonBody): Splice {
  const field = body.fields.get('stream_options');
  if (field === undefined) {
    // `stream` is there, since this is a stream: the new member goes right behind its value.
    const at = body.fields.get('stream')?.end ?? 0;
    return { start: at, end: at, text: ',"stream_options":{"include_usage":true}' };
  }
  const options = scanJsonBody(body.bytes.subarray(field.start, field.end));
  if (isJsonFault(options)) return { start: field.start, end: field.end, text: '{"include_usage":true}' };
  // The other options stay as they were written: numbers and escapes would change if they were printed again.
  const asked = options.fields.get('include_usage');
  if (asked !== undefined) return { start: field.start + asked.start, end: field.start + asked.end, text: 'true' };
  const at = field.start + 1;
  return { start: at, end: at, text: options.fields.size === 0 ? '"include_usage":true' : '"include_usage":true,' };
}
