import type { DeclaredTool, RequestFacts, Turn } from '../../answer/request-facts.ts';
import { arrayOf, type JsonObject, objectOf, stringOf } from '../../json-value.ts';
import { contentText } from '../content-text.ts';

/** Reads a Messages request: https://docs.anthropic.com/en/api/messages */
export function readFacts(body: JsonObject): RequestFacts {
  return {
    model: stringOf(body['model']),
    stream: body['stream'] === true ? 'sse' : 'no',
    includeUsage: true,
    turns: arrayOf(body['messages']).map(turnOf),
    tools: arrayOf(body['tools']).map(toolOf),
    forcedTool: forcedTool(objectOf(body['tool_choice'])),
    schema: schemaOf(objectOf(objectOf(body['output_config'])['format'] ?? body['output_format'])),
    stop: arrayOf(body['stop_sequences']).map(stringOf),
    encryptedReasoning: false,
    body,
  };
}

function turnOf(raw: unknown): Turn {
  const message = objectOf(raw);
  const role = message['role'] === 'user' || message['role'] === 'assistant' ? message['role'] : 'other';
  const blocks = typeof message['content'] === 'string' ? [] : arrayOf(message['content']).map(objectOf);
  const results = blocks.filter((block) => block['type'] === 'tool_result');
  return {
    role,
    text: contentText(message['content']),
    results: results.map((block) => contentText(block['content'])),
  };
}

function toolOf(raw: unknown): DeclaredTool {
  const tool = objectOf(raw);
  return {
    name: stringOf(tool['name']),
    namespace: undefined,
    kind: 'function',
    schema: objectOf(tool['input_schema']),
  };
}

function forcedTool(choice: JsonObject): string | boolean {
  return stringOf(choice['name']) || choice['type'] === 'any';
}

function schemaOf(format: JsonObject): JsonObject | undefined {
  return format['type'] === 'json_schema' ? objectOf(format['schema']) : undefined;
}
