import { textOf } from './ascii-text.ts';
import type { JsonFields } from './json-fields.ts';
import { type JsonFault, JsonScanner } from './json-scanner.ts';

/** A scanned JSON object: its bytes and where each top-level value lies. */
export interface JsonBody {
  readonly bytes: Uint8Array;
  readonly fields: JsonFields;
}

/**
 * One scanner for all scans that are done in one go. A scanner of its own for each would be dead at every garbage
 * collection, and with the last object of a shape V8 also drops the code that it has optimised for that shape.
 */
const scanner = new JsonScanner();

/** Scans `bytes` in one go; the fault when they are not one valid object within the limits. */
export function scanJsonBody(bytes: Uint8Array): JsonBody | JsonFault {
  scanner.start(bytes);
  scanner.run();
  const { fault, fields } = scanner;
  scanner.release();
  return fault ?? { bytes, fields };
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

/** A member of the first object of a top-level array; a longer array is not read. */
export interface FirstMember {
  readonly list: string;
  readonly name: string;
  readonly bytesMax: number;
}

/** The parsed value of that member, or `undefined`. */
export function readInFirst(body: JsonBody, { list, name, bytesMax }: FirstMember): unknown {
  const field = body.fields.get(list);
  if (field?.kind !== 'array' || field.end - field.start > bytesMax) return undefined;
  // It nearly always holds one object: to scan that once more costs less than to build all that it holds.
  const only = scanJsonBody(body.bytes.subarray(field.start + 1, field.end - 1));
  if (!isJsonFault(only)) return readField(only, name, bytesMax);
  const items = readField(body, list, bytesMax);
  return Array.isArray(items) ? asObject(items[0])?.[name] : undefined;
}

/** A view of a parsed value as an object, or `undefined`. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
