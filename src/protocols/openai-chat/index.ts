import type { Operation, Protocol } from '../protocol.ts';
import { readChatReply, readEmbeddingsReply } from './read-reply.ts';
import { ChatTap } from './stream-tap.ts';

const operation = (
  parts: Pick<Operation, 'id' | 'declared' | 'streams' | 'outputCapFields' | 'readReply'> & { path: string },
): Operation => ({
  ...parts,
  protocol: 'openai-chat',
  modelIn: 'body',
  upstreamPath: (_model, { query }) => (query === '' ? parts.path : `${parts.path}?${query}`),
});

/**
 * OpenAI chat completions, with the two endpoints of the family that have no canonical form.
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export const openaiChat: Protocol = {
  id: 'openai-chat',
  operations: [
    operation({
      id: 'chat.completions',
      path: '/chat/completions',
      declared: undefined,
      streams: 'field',
      outputCapFields: ['max_completion_tokens', 'max_tokens'],
      readReply: readChatReply,
    }),
    operation({
      id: 'completions',
      path: '/completions',
      declared: 'completions',
      streams: 'field',
      outputCapFields: ['max_tokens'],
      readReply: readChatReply,
    }),
    operation({
      id: 'embeddings',
      path: '/embeddings',
      declared: 'embeddings',
      streams: 'never',
      outputCapFields: [],
      readReply: readEmbeddingsReply,
    }),
  ],
  interesting: /"usage"\s*:\s*\{|"finish_reason"\s*:\s*"|\[DONE\]|"error"\s*:|event:\s*saola/,
  modelField: 'model',
  terminatorOptional: true,
  createTap: (quirks) => new ChatTap(quirks),
};
