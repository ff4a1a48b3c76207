import type { IncomingHttpHeaders } from 'node:http';
import { CREATED } from '../answer/answer.ts';
import type { JsonObject } from '../json-value.ts';
import type { ErrorFamily } from './dialect.ts';

/** Whose list is asked for: by path, then by header. */
export function listFamily(path: string, headers: IncomingHttpHeaders): ErrorFamily {
  if (path.includes('/v1beta/') || 'x-goog-api-key' in headers) {
    return 'gemini';
  }
  return 'anthropic-version' in headers ? 'anthropic' : 'openai';
}

/** A model list, or one model, in the family's form; `undefined` for an unknown id. */
export function modelsBody(
  family: ErrorFamily,
  models: readonly string[],
  id: string | undefined,
): JsonObject | undefined {
  if (id !== undefined) {
    return models.includes(id) ? modelOf(family, id) : undefined;
  }
  const data = models.map((model) => modelOf(family, model));
  switch (family) {
    case 'openai':
      return { object: 'list', data };
    case 'anthropic':
      return { data, has_more: false, first_id: models[0] ?? null, last_id: models.at(-1) ?? null };
    case 'gemini':
      return { models: data };
  }
}

function modelOf(family: ErrorFamily, id: string): JsonObject {
  switch (family) {
    case 'openai':
      return { id, object: 'model', created: CREATED, owned_by: 'mock' };
    case 'anthropic':
      return { type: 'model', id, display_name: id, created_at: new Date(CREATED * 1000).toISOString() };
    case 'gemini':
      return {
        name: `models/${id}`,
        version: '001',
        displayName: id,
        inputTokenLimit: 1_048_576,
        outputTokenLimit: 65_536,
        supportedGenerationMethods: ['generateContent', 'countTokens'],
      };
  }
}
