import { asObject } from '../json/json-body.ts';
import type { TappedUsage, TapQuirks } from '../protocol.ts';
import { quantity, toTappedUsage, without } from '../usage-bucket.ts';

/**
 * Chat, completions and embeddings usage in disjoint buckets. `prompt_tokens` includes cached and written tokens,
 * `completion_tokens` includes reasoning, except at providers with the quirk or whose total says otherwise.
 * @see https://platform.openai.com/docs/api-reference/chat/object#chat/object-usage
 */
export function toUsage(wire: unknown, quirks: TapQuirks): TappedUsage {
  const usage = asObject(wire);
  if (usage === undefined) return toTappedUsage(undefined, {});
  const inputDetails = asObject(usage['prompt_tokens_details']);
  const outputDetails = asObject(usage['completion_tokens_details']);
  const prompt = quantity(usage['prompt_tokens']);
  const completion = quantity(usage['completion_tokens']);
  const total = quantity(usage['total_tokens']);
  // DeepSeek and Kimi report their cache hits under names of their own.
  const cached = quantity(
    inputDetails?.['cached_tokens'] ?? usage['prompt_cache_hit_tokens'] ?? usage['cached_tokens'],
  );
  const written = quantity(inputDetails?.['cache_write_tokens']);
  const audioIn = quantity(inputDetails?.['audio_tokens']);
  const audioOut = quantity(outputDetails?.['audio_tokens']);
  const reasoning = quantity(outputDetails?.['reasoning_tokens']);
  const outside = isReasoningOutside({ prompt, completion, reasoning, total }, quirks);
  return toTappedUsage(usage, {
    input: without(prompt, cached, written, audioIn),
    input_cached: cached,
    cache_write_5m: written,
    output: without(completion, outside ? undefined : reasoning, audioOut),
    reasoning,
    audio_in: audioIn,
    audio_out: audioOut,
  });
}

type Counts = Record<'prompt' | 'completion' | 'reasoning' | 'total', ReturnType<typeof quantity>>;

/** The total decides where it can; else `reasoning > completion` does, else the provider's quirk. */
function isReasoningOutside({ prompt, completion, reasoning, total }: Counts, quirks: TapQuirks): boolean {
  if (typeof reasoning !== 'number' || typeof completion !== 'number' || reasoning === 0) return false;
  if (typeof prompt === 'number' && typeof total === 'number') {
    if (total === prompt + completion + reasoning) return true;
    if (total === prompt + completion) return reasoning > completion;
  }
  return reasoning > completion || quirks.reasoningOutside;
}
