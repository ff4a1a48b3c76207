import { arrayOf, type JsonObject, objectOf, stringOf } from '../json-value.ts';

const DEPTH_MAX = 32;

/** The smallest value that a JSON schema allows (also Gemini's upper-case types); not every keyword is known. */
export function smallestJson(schema: JsonObject, root: JsonObject = schema, depth = 0): unknown {
  if (depth > DEPTH_MAX) {
    return null;
  }
  const ref = stringOf(schema['$ref']);
  if (ref !== '') {
    return smallestJson(resolveRef(root, ref), root, depth + 1);
  }
  if ('const' in schema) {
    return schema['const'];
  }
  if (arrayOf(schema['enum']).length > 0) {
    return arrayOf(schema['enum'])[0];
  }
  const choices = [...arrayOf(schema['anyOf']), ...arrayOf(schema['oneOf'])];
  if (choices.length > 0) {
    return smallestJson(objectOf(choices[0]), root, depth + 1);
  }
  if (arrayOf(schema['allOf']).length > 0) {
    return smallestJson(mergeAll(schema, root), root, depth + 1);
  }
  return smallestOfType(schema, root, depth);
}

function smallestOfType(schema: JsonObject, root: JsonObject, depth: number): unknown {
  switch (typeOf(schema)) {
    case 'string':
      return 'a'.repeat(Number(schema['minLength'] ?? 0));
    case 'number':
    case 'integer':
      return smallestNumber(schema);
    case 'boolean':
      return false;
    case 'null':
      return null;
    case 'array': {
      const item = objectOf(schema['items']);
      return Array.from({ length: Number(schema['minItems'] ?? 0) }, () => smallestJson(item, root, depth + 1));
    }
    default: {
      const properties = objectOf(schema['properties']);
      const names = arrayOf(schema['required']).map(stringOf);
      return Object.fromEntries(names.map((name) => [name, smallestJson(objectOf(properties[name]), root, depth + 1)]));
    }
  }
}

function typeOf(schema: JsonObject): string {
  const type = schema['type'];
  const name = stringOf(Array.isArray(type) ? type[0] : type).toLowerCase();
  // A property without a type takes anything; a string is what most readers expect.
  return name === '' && !('properties' in schema) && !('required' in schema) && Object.keys(schema).length > 0
    ? 'string'
    : name || 'object';
}

function smallestNumber(schema: JsonObject): number {
  const limit = (name: string, fallback: number) => (typeof schema[name] === 'number' ? schema[name] : fallback);
  const least = Math.max(limit('minimum', -Infinity), limit('exclusiveMinimum', -Infinity) + 1);
  return Math.min(Math.max(0, least), limit('maximum', Infinity));
}

function resolveRef(root: JsonObject, ref: string): JsonObject {
  let value: unknown = root;
  for (const part of ref.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    value = objectOf(value)[part.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return objectOf(value);
}

function mergeAll(schema: JsonObject, root: JsonObject): JsonObject {
  const { allOf, ...rest } = schema;
  let merged: JsonObject = rest;
  for (const raw of arrayOf(allOf)) {
    const part = objectOf(raw);
    const resolved = stringOf(part['$ref']) === '' ? part : resolveRef(root, stringOf(part['$ref']));
    merged = {
      ...merged,
      ...resolved,
      properties: { ...objectOf(merged['properties']), ...objectOf(resolved['properties']) },
      required: [...arrayOf(merged['required']), ...arrayOf(resolved['required'])],
    };
  }
  return merged;
}
