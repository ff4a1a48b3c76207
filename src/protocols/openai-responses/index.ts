import type { Protocol } from '../protocol.ts';
import { readResponsesReply } from './read-reply.ts';
import { ResponsesTap } from './stream-tap.ts';

/**
 * OpenAI Responses.
 * @see https://platform.openai.com/docs/api-reference/responses
 */
export const openaiResponses: Protocol = {
  id: 'openai-responses',
  operations: [
    {
      id: 'responses',
      protocol: 'openai-responses',
      declared: undefined,
      modelIn: 'body',
      streams: 'field',
      outputCapFields: ['max_output_tokens'],
      upstreamPath: (_model, { query }) => (query === '' ? '/responses' : `/responses?${query}`),
      readReply: readResponsesReply,
    },
  ],
  interesting: /response\.(?:completed|incomplete|failed)|event:\s*error|"type"\s*:\s*"error"|event:\s*saola/,
  modelField: 'model',
  terminatorOptional: false,
  createTap: () => new ResponsesTap(),
};
