import { isUtf8 } from 'node:buffer';
import { gatewayError } from '../canonical/error.ts';
import { isJsonFault, type JsonBody, scanJsonBody } from '../protocols/json/json-body.ts';
import { type JsonFault, JsonScanner } from '../protocols/json/json-scanner.ts';

/** Larger bodies are scanned in slices, so that no request holds the event loop. */
const SLICE_BYTES = 1024 * 1024;

/** Scans a request's body; 400 with the reason and the place when it is not one JSON object within the limits. */
export function readJson(bytes: Uint8Array): JsonBody | Promise<JsonBody> {
  if (bytes.length === 0) throw gatewayError('invalid_request', 'The request body is empty; send a JSON object.');
  if (!isUtf8(bytes)) throw gatewayError('invalid_request', 'The request body is not valid UTF-8.');
  if (bytes.length > SLICE_BYTES) return scanInSlices(bytes);
  const body = scanJsonBody(bytes);
  if (isJsonFault(body)) throw notAccepted(body);
  return body;
}

async function scanInSlices(bytes: Uint8Array): Promise<JsonBody> {
  const scanner = new JsonScanner();
  scanner.start(bytes);
  for (let until = SLICE_BYTES; !scanner.run(until); until += SLICE_BYTES) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { fault, fields } = scanner;
  if (fault !== undefined) throw notAccepted(fault);
  return { bytes, fields };
}

function notAccepted({ reason, offset }: JsonFault) {
  return gatewayError('invalid_request', `The request body is not accepted: ${reason}, at byte ${offset}.`);
}
