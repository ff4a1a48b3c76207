import { asObject } from '../json/json-body.ts';
import type { EventRole, ReplyFacts, StreamTap, TapQuirks } from '../protocol.ts';
import type { FramedEvent } from '../stream/framed-event.ts';
import { mergeUsage, toUsage } from './usage.ts';

/** Blocks whose start carries nothing; any other block is content by its start alone. */
const EMPTY_STARTS = new Set(['text', 'thinking', 'tool_use', 'server_tool_use']);

/**
 * Reads Messages streams.
 * @see https://docs.anthropic.com/en/api/messages-streaming
 */
export class MessagesTap implements StreamTap {
  finished = false;
  errorText: string | undefined;
  readonly position = undefined;
  private readonly quirks: TapQuirks;
  private usage: Readonly<Record<string, unknown>> | undefined;
  private finishReason: string | undefined;
  private responseModel: string | undefined;
  private upstreamId: string | undefined;

  constructor(quirks: TapQuirks) {
    this.quirks = quirks;
  }

  role(event: FramedEvent): EventRole {
    if (event.data === '' || event.data === '[DONE]') return 'ignored';
    const payload = event.json();
    if (payload === undefined) return 'error';
    switch (payload['type']) {
      case 'message_start':
        this.start(asObject(payload['message']) ?? {});
        return 'preamble';
      case 'content_block_start':
        return isEmptyStart(asObject(payload['content_block'])) ? 'preamble' : 'content';
      case 'message_delta':
        return this.delta(payload);
      case 'message_stop':
        return 'terminal';
      case 'error':
        this.errorText = event.data;
        return 'error';
      case 'ping':
      case 'content_block_stop':
        return 'preamble';
      default:
        return 'content';
    }
  }

  facts(): ReplyFacts {
    const { finishReason, responseModel, upstreamId } = this;
    return { usage: toUsage(this.usage), finishReason, responseModel, upstreamId };
  }

  private start(message: Readonly<Record<string, unknown>>): void {
    this.usage = asObject(message['usage']);
    if (typeof message['model'] === 'string') this.responseModel = message['model'];
    if (typeof message['id'] === 'string') this.upstreamId = message['id'];
  }

  private delta(payload: Readonly<Record<string, unknown>>): EventRole {
    const usage = asObject(payload['usage']);
    if (usage !== undefined) this.usage = mergeUsage(this.usage ?? {}, usage, this.quirks.zeroInputInDelta);
    const reason = asObject(payload['delta'])?.['stop_reason'];
    if (typeof reason !== 'string') return this.finished ? 'finish' : 'preamble';
    this.finishReason = reason;
    this.finished = true;
    return 'finish';
  }
}

function isEmptyStart(block: Readonly<Record<string, unknown>> | undefined): boolean {
  return block === undefined || EMPTY_STARTS.has(String(block['type']));
}
