import { PROTOCOL_IDS, type ProtocolId } from '../canonical/protocol-id.ts';
import { anthropicMessages } from './anthropic-messages/index.ts';
import { gemini } from './gemini/index.ts';
import { openaiChat } from './openai-chat/index.ts';
import { openaiResponses } from './openai-responses/index.ts';
import type { Operation, OperationId, Protocol } from './protocol.ts';

/** All protocols, by id. */
export const PROTOCOLS: Readonly<Record<ProtocolId, Protocol>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  gemini,
};

const OPERATIONS = new Map<OperationId, Operation>(
  PROTOCOL_IDS.flatMap((id) => PROTOCOLS[id].operations).map((operation) => [operation.id, operation]),
);

/** The operation of this id; every id has one. */
export function operationOf(id: OperationId): Operation {
  const operation = OPERATIONS.get(id);
  if (operation === undefined) throw new Error(`no operation ${id}`);
  return operation;
}
