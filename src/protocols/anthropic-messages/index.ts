import type { Operation, Protocol } from '../protocol.ts';
import { readCountReply, readMessagesReply } from './read-reply.ts';
import { MessagesTap } from './stream-tap.ts';

const operation = (
  parts: Pick<Operation, 'id' | 'streams' | 'outputCapFields' | 'readReply'> & { path: string },
): Operation => ({
  ...parts,
  protocol: 'anthropic-messages',
  declared: undefined,
  modelIn: 'body',
  upstreamPath: (_model, { query }) => (query === '' ? parts.path : `${parts.path}?${query}`),
});

/**
 * Anthropic Messages.
 * @see https://docs.anthropic.com/en/api/messages
 */
export const anthropicMessages: Protocol = {
  id: 'anthropic-messages',
  operations: [
    operation({
      id: 'messages',
      path: '/v1/messages',
      streams: 'field',
      outputCapFields: ['max_tokens'],
      readReply: readMessagesReply,
    }),
    operation({
      id: 'messages.count_tokens',
      path: '/v1/messages/count_tokens',
      streams: 'never',
      outputCapFields: [],
      readReply: readCountReply,
    }),
  ],
  interesting: /message_(?:start|delta|stop)|event:\s*error|"type"\s*:\s*"error"|\[DONE\]|event:\s*saola/,
  modelField: 'model',
  terminatorOptional: false,
  createTap: (quirks) => new MessagesTap(quirks),
};
