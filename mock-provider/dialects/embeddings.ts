import { type JsonObject, stringOf } from '../json-value.ts';
import { finishUsage, type UsagePlan } from '../usage.ts';

/** OpenAI embeddings, 8 dimensions by default: https://platform.openai.com/docs/api-reference/embeddings */
export function embeddingsBody(body: JsonObject, usage: UsagePlan | undefined): JsonObject {
  const dimensions = typeof body['dimensions'] === 'number' ? body['dimensions'] : 8;
  const asBase64 = body['encoding_format'] === 'base64';
  const data = Array.from({ length: inputCount(body['input']) }, (_, index) => {
    const vector = unitVector(dimensions, index);
    return { object: 'embedding', index, embedding: asBase64 ? base64(vector) : Array.from(vector) };
  });
  const counts = usage && { prompt_tokens: usage.prompt, total_tokens: usage.prompt };
  return {
    object: 'list',
    data,
    model: stringOf(body['model']),
    ...(usage === undefined || counts === undefined ? {} : { usage: finishUsage(counts, usage) }),
  };
}

/** A string or one list of tokens is one input; a list of those is several. */
function inputCount(input: unknown): number {
  return Array.isArray(input) && typeof input[0] !== 'number' ? input.length : 1;
}

function unitVector(dimensions: number, index: number): Float32Array {
  const vector = new Float32Array(dimensions);
  vector[index % dimensions] = 1;
  return vector;
}

function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer).toString('base64');
}
