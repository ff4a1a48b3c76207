import { isJsonFault, type JsonBody, scanJsonBody } from '../protocols/json/json-body.ts';
import { applySplices, type Splice } from '../protocols/json/splice.ts';
import type { Protocol } from '../protocols/protocol.ts';
import type { FramedEvent } from '../protocols/stream/framed-event.ts';

/** The name that takes the place of the upstream's, and how the event it stands in is written. */
export interface Echo {
  readonly model: string;
  readonly modelField: Protocol['modelField'];
  readonly framing: 'sse' | 'json-array';
}

/** Members that hold the reply's own model name one level down, in Messages and Responses events. */
const WRAPPERS = ['message', 'response'];
const OPEN_BRACE = 0x7b;

/** The event with its reply's model name replaced; an event that names none passes unchanged. */
export function echoModelIn(event: FramedEvent, echo: Echo): Uint8Array {
  if (echo.framing === 'json-array') return inElement(event.raw, echo);
  // Several data lines become one: a line break between JSON tokens is white space, as the blank is.
  const data = Buffer.from(event.data.replaceAll('\n', ' '));
  const splices = splicesOf(data, echo);
  if (splices.length === 0) return event.raw;
  const type = event.type === '' ? '' : `event: ${event.type}\n`;
  return Buffer.concat([Buffer.from(`${type}data: `), ...applySplices(data, splices), Buffer.from('\n\n')]);
}

/** The same in an element of a JSON array, with the bracket or comma before it. */
function inElement(raw: Uint8Array, echo: Echo): Uint8Array {
  const start = raw.indexOf(OPEN_BRACE);
  if (start < 0) return raw;
  const splices = splicesOf(raw.subarray(start), echo);
  return splices.length === 0
    ? raw
    : Buffer.concat([raw.subarray(0, start), ...applySplices(raw.subarray(start), splices)]);
}

function splicesOf(bytes: Uint8Array, echo: Echo): Splice[] {
  const body = scanJsonBody(bytes);
  if (isJsonFault(body)) return [];
  return [...modelSplice(body, 0, echo), ...WRAPPERS.flatMap((name) => inside(body, name, echo))];
}

function inside(body: JsonBody, name: string, echo: Echo): Splice[] {
  const field = body.fields.get(name);
  if (field?.kind !== 'object') return [];
  const inner = scanJsonBody(body.bytes.subarray(field.start, field.end));
  return isJsonFault(inner) ? [] : modelSplice(inner, field.start, echo);
}

function modelSplice(body: JsonBody, offset: number, { model, modelField }: Echo): Splice[] {
  const field = body.fields.get(modelField);
  if (field?.kind !== 'string') return [];
  return [{ start: field.start + offset, end: field.end + offset, text: JSON.stringify(model) }];
}
