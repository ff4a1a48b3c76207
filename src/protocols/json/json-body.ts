import { textOf } from './ascii-text.ts';
import type { JsonFields } from './json-fields.ts';
import { type JsonFault, JsonScanner } from './json-scanner.ts';

/** A scanned JSON object: its bytes and where each top-level value lies. */
export interface JsonBody {
  readonly bytes: Uint8Array;
  readonly fields: JsonFields;
}

/** Scans `bytes` in one go; the fault when they are not one valid object within the limits. */
export function scanJsonBody(bytes: Uint8Array): JsonBody | JsonFault {
  const scanner = new JsonScanner(bytes);
  scanner.run();
  return scanner.fault ?? { bytes, fields: scanner.fields };
}

/** `true` for the outcome of a scan that failed. */
export function isJsonFault(value: JsonBody | JsonFault): value is JsonFault {
  return 'reason' in value;
}

/** The parsed value of one top-level field, or `undefined` when it is absent or longer than `bytesMax`. */
export function readField(body: JsonBody, name: string, bytesMax: number): unknown {
  const field = body.fields.get(name);
  if (field === undefined || field.end - field.start > bytesMax) return undefined;
  const { bytes } = body;
  switch (field.kind) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    default: {
      const text = textOf(bytes, field.start, field.end);
      // A string without escapes needs no parser.
      return field.kind === 'string' && !text.includes('\\') ? text.slice(1, -1) : JSON.parse(text);
    }
  }
}

/** A view of a parsed value as an object, or `undefined`. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
