import { asObject } from '../json/json-body.ts';
import type { TappedUsage } from '../protocol.ts';
import { quantity, toTappedUsage, without } from '../usage-bucket.ts';

/**
 * Responses usage in disjoint buckets: `input_tokens` includes cached and written ones, `output_tokens` reasoning.
 * @see https://platform.openai.com/docs/api-reference/responses/object#responses/object-usage
 */
export function toUsage(wire: unknown): TappedUsage {
  const usage = asObject(wire);
  if (usage === undefined) return toTappedUsage(undefined, {});
  const inputDetails = asObject(usage['input_tokens_details']);
  const writeDetails = asObject(inputDetails?.['cache_write_tokens_details']);
  const cached = quantity(inputDetails?.['cached_tokens']);
  const written = quantity(inputDetails?.['cache_write_tokens']);
  const long = quantity(writeDetails?.['ttl_12h_tokens']);
  const reasoning = quantity(asObject(usage['output_tokens_details'])?.['reasoning_tokens']);
  return toTappedUsage(usage, {
    input: without(quantity(usage['input_tokens']), cached, written),
    input_cached: cached,
    cache_write_5m: without(written, long),
    cache_write_1h: long,
    output: without(quantity(usage['output_tokens']), reasoning),
    reasoning,
  });
}
