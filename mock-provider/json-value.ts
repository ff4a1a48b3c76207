/** A JSON object of unknown content, as it came over the wire. */
export type JsonObject = Record<string, unknown>;

/** The value as an object; an empty one when it is anything else. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The value as an array; an empty one when it is anything else. */
export function arrayOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as a string; empty when it is anything else. */
export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
