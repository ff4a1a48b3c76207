import type { Operation, Protocol } from '../protocol.ts';
import { readCountReply, readGenerateReply } from './read-reply.ts';
import { GeminiTap } from './stream-tap.ts';

const operation = (
  verb: string,
  parts: Pick<Operation, 'id' | 'streams' | 'outputCapFields' | 'readReply'>,
): Operation => ({
  ...parts,
  protocol: 'gemini',
  declared: undefined,
  modelIn: 'path',
  upstreamPath: (model, { path: asked, query }) => {
    // The version stays as the caller chose it.
    const version = asked.split('/', 2)[1] ?? 'v1beta';
    const path = `/${version}/models/${model.split('/').map(encodeURIComponent).join('/')}:${verb}`;
    return query === '' ? path : `${path}?${query}`;
  },
});

/**
 * Gemini's generateContent family.
 * @see https://ai.google.dev/api/generate-content
 */
export const gemini: Protocol = {
  id: 'gemini',
  operations: [
    operation('generateContent', {
      id: 'gemini.generateContent',
      streams: 'never',
      outputCapFields: [],
      readReply: readGenerateReply,
    }),
    operation('streamGenerateContent', {
      id: 'gemini.streamGenerateContent',
      streams: 'always',
      outputCapFields: [],
      readReply: readGenerateReply,
    }),
    operation('countTokens', {
      id: 'gemini.countTokens',
      streams: 'never',
      outputCapFields: [],
      readReply: readCountReply,
    }),
  ],
  // Every chunk carries cumulative usage, so that every chunk is read.
  interesting: /(?:)/,
  modelField: 'modelVersion',
  terminatorOptional: true,
  createTap: () => new GeminiTap(),
};
