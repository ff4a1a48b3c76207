import { asObject } from '../json/json-body.ts';
import type { EventRole, ReplyFacts, StreamTap } from '../protocol.ts';
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

/**
 * Reads Responses streams.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export class ResponsesTap implements StreamTap {
  finished = false;
  errorText: string | undefined;
  sequenceNumber: number | undefined;
  private response: Readonly<Record<string, unknown>> | undefined;

  role(event: FramedEvent): EventRole {
    const payload = event.json();
    if (payload === undefined) return event.data === '' || event.data === '[DONE]' ? 'ignored' : 'error';
    const type = typeof payload['type'] === 'string' ? payload['type'] : event.type;
    if (typeof payload['sequence_number'] === 'number') this.sequenceNumber = payload['sequence_number'];
    const response = asObject(payload['response']);
    if (response !== undefined) this.response = response;
    switch (type) {
      case 'response.completed':
      case 'response.incomplete':
        this.finished = true;
        return 'terminal';
      case 'response.failed':
      case 'error':
        this.errorText = event.data;
        return 'error';
      default:
        return PREAMBLE.has(type) ? 'preamble' : 'content';
    }
  }

  facts(): ReplyFacts {
    return responseFacts(this.response ?? {});
  }
}
