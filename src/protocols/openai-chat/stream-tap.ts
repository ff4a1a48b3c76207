import { asObject } from '../json/json-body.ts';
import type { EventRole, ReplyFacts, StreamTap, TapQuirks } from '../protocol.ts';
import type { FramedEvent } from '../stream/framed-event.ts';
import { toUsage } from './usage.ts';

/** Fields of a delta that are content when they are not empty. */
const CONTENT_FIELDS = [
  'content',
  'tool_calls',
  'reasoning_content',
  'reasoning',
  'refusal',
  'function_call',
  'audio',
  'reasoning_details',
];

/**
 * Reads chat and legacy completion streams.
 * @see https://platform.openai.com/docs/api-reference/chat/streaming
 */
export class ChatTap implements StreamTap {
  finished = false;
  errorText: string | undefined;
  readonly position = undefined;
  private readonly quirks: TapQuirks;
  private usage: unknown;
  private finishReason: string | undefined;
  private responseModel: string | undefined;
  private upstreamId: string | undefined;

  constructor(quirks: TapQuirks) {
    this.quirks = quirks;
  }

  role(event: FramedEvent): EventRole {
    if (event.data === '[DONE]') return 'terminal';
    const chunk = event.json();
    if (chunk === undefined) return event.data === '' ? 'preamble' : 'error';
    // Some routers send an error along with a choice that ends in `error`.
    if (chunk['error'] !== undefined && chunk['error'] !== null) {
      this.errorText = event.data;
      return 'error';
    }
    this.responseModel ??= text(chunk['model']);
    this.upstreamId ??= text(chunk['id']);
    const choices = Array.isArray(chunk['choices']) ? chunk['choices'] : [];
    const first = asObject(choices[0]);
    const usage = chunk['usage'] ?? asObject(chunk['x_groq'])?.['usage'] ?? first?.['usage'];
    if (usage !== undefined && usage !== null) this.usage = usage;
    if (choices.length === 0) return chunk['usage'] ? 'usage-only' : this.finished ? 'finish' : 'preamble';
    const reasons = choices
      .map((choice) => text(asObject(choice)?.['finish_reason']))
      .filter((reason) => reason !== undefined);
    if (reasons.length > 0) {
      this.finished = true;
      this.finishReason = reasons[reasons.length - 1];
      return 'finish';
    }
    // One of several choices may go on after another has finished.
    if (choices.some(hasContent)) return 'content';
    return this.finished ? 'finish' : 'preamble';
  }

  facts(): ReplyFacts {
    const { finishReason, responseModel, upstreamId } = this;
    return { usage: toUsage(this.usage, this.quirks), finishReason, responseModel, upstreamId };
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function hasContent(choice: unknown): boolean {
  const object = asObject(choice);
  const delta = asObject(object?.['delta']) ?? asObject(object?.['message']);
  if (delta !== undefined && CONTENT_FIELDS.some((field) => !isEmpty(delta[field]))) return true;
  return !isEmpty(object?.['text']);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
