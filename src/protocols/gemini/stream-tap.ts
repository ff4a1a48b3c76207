import { asObject } from '../json/json-body.ts';
import type { EventRole, ReplyFacts, StreamTap } from '../protocol.ts';
import type { FramedEvent } from '../stream/framed-event.ts';
import { toUsage } from './usage.ts';

/**
 * Reads Gemini streams, both as server-sent events and as array elements. Usage is on every chunk and cumulative.
 * @see https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
 */
export class GeminiTap implements StreamTap {
  finished = false;
  errorText: string | undefined;
  readonly position = undefined;
  private usage: Readonly<Record<string, unknown>> | undefined;
  private finishReason: string | undefined;
  private responseModel: string | undefined;
  private upstreamId: string | undefined;

  role(event: FramedEvent): EventRole {
    // The closing bracket of the array form: the end of the answer, but only if the answer had ended.
    if (event.data === '') return event.raw.includes(0x5d) && this.finished ? 'terminal' : 'ignored';
    const chunk = event.json();
    if (chunk === undefined) return 'error';
    if (chunk['error'] !== undefined) {
      this.errorText = event.data;
      return 'error';
    }
    this.read(chunk);
    const candidates = Array.isArray(chunk['candidates']) ? chunk['candidates'].map(asObject) : [];
    let finishes = false;
    for (const candidate of candidates) {
      const reason = candidate?.['finishReason'];
      if (typeof reason !== 'string' || reason === '') continue;
      finishes = true;
      this.finishReason = reason;
    }
    const blocked = asObject(chunk['promptFeedback'])?.['blockReason'];
    if (typeof blocked === 'string') {
      finishes = true;
      this.finishReason ??= blocked;
    }
    if (finishes) this.finished = true;
    // One of several candidates may go on after another has finished.
    else if (candidates.some(hasParts)) return 'content';
    return this.finished ? 'finish' : 'preamble';
  }

  facts(): ReplyFacts {
    const { finishReason, responseModel, upstreamId } = this;
    return { usage: toUsage(this.usage), finishReason, responseModel, upstreamId };
  }

  private read(chunk: Readonly<Record<string, unknown>>): void {
    const usage = asObject(chunk['usageMetadata']);
    if (usage !== undefined) this.usage = { ...this.usage, ...usage };
    if (typeof chunk['modelVersion'] === 'string') this.responseModel = chunk['modelVersion'];
    if (typeof chunk['responseId'] === 'string') this.upstreamId = chunk['responseId'];
  }
}

function hasParts(candidate: Readonly<Record<string, unknown>> | undefined): boolean {
  const parts = asObject(candidate?.['content'])?.['parts'];
  return Array.isArray(parts) && parts.some((part) => asObject(part)?.['text'] !== '');
}
