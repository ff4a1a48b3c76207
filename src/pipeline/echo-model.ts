import { isJsonFault, type JsonBody, scanJsonBody } from '../protocols/json/json-body.ts';
import { applySplices, type Splice } from '../protocols/json/splice.ts';
import type { FramedEvent } from '../protocols/stream/framed-event.ts';

/** Members that hold the reply's own model name one level down, in Messages and Responses events. */
const WRAPPERS = ['message', 'response'];

/** The event with its reply's `model` replaced; an event that names none passes unchanged. */
export function echoModelIn(event: FramedEvent, model: string): Uint8Array {
  const data = Buffer.from(event.data);
  const body = scanJsonBody(data);
  if (isJsonFault(body)) return event.raw;
  const splices = [...modelSplice(body, 0, model), ...WRAPPERS.flatMap((name) => inside(body, name, model))];
  if (splices.length === 0) return event.raw;
  const type = event.type === '' ? '' : `event: ${event.type}\n`;
  return Buffer.concat([Buffer.from(`${type}data: `), ...applySplices(data, splices), Buffer.from('\n\n')]);
}

function inside(body: JsonBody, name: string, model: string): Splice[] {
  const field = body.fields.get(name);
  if (field?.kind !== 'object') return [];
  const inner = scanJsonBody(body.bytes.subarray(field.start, field.end));
  return isJsonFault(inner) ? [] : modelSplice(inner, field.start, model);
}

function modelSplice(body: JsonBody, offset: number, model: string): Splice[] {
  const field = body.fields.get('model');
  if (field?.kind !== 'string') return [];
  return [{ start: field.start + offset, end: field.end + offset, text: JSON.stringify(model) }];
}
