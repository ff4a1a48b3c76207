import { isUtf8 } from 'node:buffer';
import { gatewayError } from '../canonical/error.ts';
import type { JsonBody } from '../protocols/json/json-body.ts';
import { JsonScanner } from '../protocols/json/json-scanner.ts';

/** Larger bodies are scanned in slices, so that no request holds the event loop. */
const SLICE_BYTES = 1024 * 1024;

/** Scans a request's body; 400 with the reason and the place when it is not one JSON object within the limits. */
export function readJson(bytes: Uint8Array): JsonBody | Promise<JsonBody> {
  if (bytes.length === 0) throw gatewayError('invalid_request', 'The request body is empty; send a JSON object.');
  if (!isUtf8(bytes)) throw gatewayError('invalid_request', 'The request body is not valid UTF-8.');
  const scanner = new JsonScanner(bytes);
  if (bytes.length > SLICE_BYTES) return scanInSlices(scanner, bytes);
  scanner.run();
  return toBody(scanner, bytes);
}

async function scanInSlices(scanner: JsonScanner, bytes: Uint8Array): Promise<JsonBody> {
  for (let until = SLICE_BYTES; !scanner.run(until); until += SLICE_BYTES) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return toBody(scanner, bytes);
}

function toBody(scanner: JsonScanner, bytes: Uint8Array): JsonBody {
  const { fault, fields } = scanner;
  if (fault === undefined) return { bytes, fields };
  throw gatewayError('invalid_request', `The request body is not accepted: ${fault.reason}, at byte ${fault.offset}.`);
}
