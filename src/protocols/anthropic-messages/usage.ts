import { asObject } from '../json/json-body.ts';
import type { TappedUsage } from '../protocol.ts';
import { quantity, toTappedUsage, without } from '../usage-bucket.ts';

/**
 * Messages usage in disjoint buckets: `input_tokens` already excludes cache reads and writes, `output_tokens` includes
 * thinking. A total of written tokens without its parts counts as written for five minutes.
 * @see https://docs.anthropic.com/en/api/messages#response-usage
 */
export function toUsage(wire: unknown): TappedUsage {
  const usage = asObject(wire);
  if (usage === undefined) return toTappedUsage(undefined, {});
  const creation = asObject(usage['cache_creation']);
  const written = quantity(usage['cache_creation_input_tokens']);
  const short = quantity(creation?.['ephemeral_5m_input_tokens']);
  const long = quantity(creation?.['ephemeral_1h_input_tokens']);
  const thinking = quantity(asObject(usage['output_tokens_details'])?.['thinking_tokens']);
  return toTappedUsage(usage, {
    input: quantity(usage['input_tokens']),
    input_cached: quantity(usage['cache_read_input_tokens']),
    cache_write_5m: short ?? without(written, long),
    cache_write_1h: long,
    output: without(quantity(usage['output_tokens']), thinking),
    reasoning: thinking,
  });
}

/**
 * The usage of `message_start` with each field of `message_delta` that is present and not null put in its place: the
 * values are cumulative, never added. With the quirk, a 0 input after a positive base is ignored.
 */
export function mergeUsage(
  base: Readonly<Record<string, unknown>>,
  delta: Readonly<Record<string, unknown>>,
  zeroInputInDelta: boolean,
): Readonly<Record<string, unknown>> {
  const merged: Record<string, unknown> = { ...base };
  for (const [field, value] of Object.entries(delta)) {
    if (value === null || value === undefined) continue;
    if (zeroInputInDelta && field === 'input_tokens' && value === 0 && Number(base[field]) > 0) continue;
    merged[field] = value;
  }
  return merged;
}
