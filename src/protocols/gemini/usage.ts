import { asObject } from '../json/json-body.ts';
import type { TappedUsage } from '../protocol.ts';
import { quantity, toTappedUsage, without } from '../usage-bucket.ts';

/**
 * Gemini usage in disjoint buckets: `promptTokenCount` includes cached content, thoughts are outside the candidates.
 * @see https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function toUsage(wire: unknown): TappedUsage {
  const usage = asObject(wire);
  if (usage === undefined) return toTappedUsage(undefined, {});
  const prompt = quantity(usage['promptTokenCount']);
  const toolUse = quantity(usage['toolUsePromptTokenCount']);
  const cached = quantity(usage['cachedContentTokenCount']);
  const audioOut = modality(usage['candidatesTokensDetails'], 'AUDIO');
  const imageOut = modality(usage['candidatesTokensDetails'], 'IMAGE');
  return toTappedUsage(usage, {
    input: without(plus(prompt, toolUse), cached),
    input_cached: cached,
    output: without(quantity(usage['candidatesTokenCount']), audioOut, imageOut),
    reasoning: quantity(usage['thoughtsTokenCount']),
    audio_out: audioOut,
    image_out: imageOut,
  });
}

type Reported = ReturnType<typeof quantity>;

function plus(a: Reported, b: Reported): Reported {
  if (a === 'malformed' || b === 'malformed') return 'malformed';
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}

function modality(details: unknown, name: string): Reported {
  if (!Array.isArray(details)) return undefined;
  const entry = details.map(asObject).find((detail) => detail?.['modality'] === name);
  return quantity(entry?.['tokenCount']);
}
