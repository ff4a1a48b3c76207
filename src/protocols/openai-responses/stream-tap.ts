import { asObject } from '../json/json-body.ts';
import type { EventRole, ReplyFacts, StreamPosition, StreamTap } from '../protocol.ts';
import type { FramedEvent } from '../stream/framed-event.ts';
import { responseFacts } from './read-reply.ts';

/** Events that announce and carry nothing yet. */
const PREAMBLE = new Set([
  'response.created',
  'response.queued',
  'response.in_progress',
  'response.output_item.added',
  'response.content_part.added',
  'response.reasoning_summary_part.added',
  'response.metadata',
]);

/** Of a response object in a larger event only what names it is kept for an error event. */
const KEPT_CHARS_MAX = 64 * 1024;

/**
 * Reads Responses streams.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export class ResponsesTap implements StreamTap {
  finished = false;
  errorText: string | undefined;
  private response: Readonly<Record<string, unknown>> | undefined;
  private sequenceNumber: number | undefined;
  private announced: Readonly<Record<string, unknown>> | undefined;

  get position(): StreamPosition {
    return { sequenceNumber: this.sequenceNumber, response: this.announced };
  }

  role(event: FramedEvent): EventRole {
    const payload = event.json();
    if (payload === undefined) return event.data === '' || event.data === '[DONE]' ? 'ignored' : 'error';
    const type = typeof payload['type'] === 'string' ? payload['type'] : event.type;
    const response = asObject(payload['response']);
    if (response !== undefined) this.response = response;
    if (type === 'response.failed' || type === 'error') {
      // It is not passed on, so the stream stands where it stood.
      this.errorText = event.data;
      return 'error';
    }
    if (typeof payload['sequence_number'] === 'number') this.sequenceNumber = payload['sequence_number'];
    if (typeof response?.['id'] === 'string')
      this.announced = event.data.length > KEPT_CHARS_MAX ? namesOf(response) : response;
    switch (type) {
      case 'response.completed':
      case 'response.incomplete':
        this.finished = true;
        return 'terminal';
      default:
        return PREAMBLE.has(type) ? 'preamble' : 'content';
    }
  }

  facts(): ReplyFacts {
    return responseFacts(this.response ?? {});
  }
}

function namesOf({ id, object, created_at, model }: Readonly<Record<string, unknown>>) {
  return { id, object, created_at, model };
}
