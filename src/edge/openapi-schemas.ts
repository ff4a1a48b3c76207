import { ERRORS } from '../canonical/error.ts';

const text = { type: 'string' } as const;
const saola = { $ref: '#/components/schemas/SaolaError' } as const;

/** What Saola says about an error in every protocol, and the three shapes that errors have. */
export const ERROR_SCHEMAS = {
  ErrorCode: { description: 'Also in the header saola-error-code.', enum: Object.keys(ERRORS) },
  SaolaError: {
    type: 'object',
    properties: { code: { $ref: '#/components/schemas/ErrorCode' }, retryable: { type: 'boolean' } },
    required: ['code', 'retryable'],
  },
  OpenAiError: {
    type: 'object',
    properties: {
      error: {
        type: 'object',
        properties: { message: text, type: text, param: { type: ['string', 'null'] }, code: text, saola },
        required: ['message', 'type', 'param', 'code'],
      },
    },
    required: ['error'],
  },
  AnthropicError: {
    type: 'object',
    properties: {
      type: { const: 'error' },
      error: { type: 'object', properties: { type: text, message: text, saola }, required: ['type', 'message'] },
      request_id: text,
    },
    required: ['type', 'error', 'request_id'],
  },
  GeminiError: {
    type: 'object',
    properties: {
      error: {
        type: 'object',
        properties: { code: { type: 'integer' }, message: text, status: text, saola },
        required: ['code', 'message', 'status'],
      },
    },
    required: ['error'],
  },
} as const;
