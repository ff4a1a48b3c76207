import type { Finish } from '../../answer/answer.ts';

/** The `finish_reason` of a chat completion. */
export function chatFinishReason(finish: Finish): string {
  switch (finish) {
    case 'stop':
    case 'stop_sequence':
      return 'stop';
    case 'tool_use':
      return 'tool_calls';
    case 'max_tokens':
      return 'length';
    case 'content_filter':
      return 'content_filter';
  }
}
