import type { DeclaredTool, RequestFacts, Turn } from '../../answer/request-facts.ts';
import { arrayOf, type JsonObject, objectOf, stringOf } from '../../json-value.ts';
import { contentText } from '../content-text.ts';

/** Reads a chat completion request: https://platform.openai.com/docs/api-reference/chat/create */
export function readFacts(body: JsonObject): RequestFacts {
  return {
    model: stringOf(body['model']),
    stream: body['stream'] === true ? 'sse' : 'no',
    includeUsage: objectOf(body['stream_options'])['include_usage'] === true,
    turns: arrayOf(body['messages']).map(turnOf),
    tools: arrayOf(body['tools']).map(toolOf),
    forcedTool: forcedTool(body['tool_choice']),
    schema: schemaOf(objectOf(body['response_format'])),
    stop: typeof body['stop'] === 'string' ? [body['stop']] : arrayOf(body['stop']).map(stringOf),
    encryptedReasoning: false,
    body,
  };
}

function turnOf(raw: unknown): Turn {
  const message = objectOf(raw);
  const text = contentText(message['content']);
  switch (message['role']) {
    case 'user':
      return { role: 'user', text, results: [] };
    case 'assistant':
      return { role: 'assistant', text, results: [] };
    case 'tool':
    case 'function':
      return { role: 'other', text: '', results: [text] };
    default:
      return { role: 'other', text, results: [] };
  }
}

function toolOf(raw: unknown): DeclaredTool {
  const tool = objectOf(raw);
  const custom = tool['type'] === 'custom';
  const inner = objectOf(tool[custom ? 'custom' : 'function']);
  return {
    name: stringOf(inner['name']),
    namespace: undefined,
    kind: custom ? 'custom' : 'function',
    schema: objectOf(inner['parameters']),
  };
}

function forcedTool(choice: unknown): string | boolean {
  const named = objectOf(choice);
  const name = stringOf(objectOf(named['function'])['name']) || stringOf(objectOf(named['custom'])['name']);
  return name || choice === 'required';
}

function schemaOf(format: JsonObject): JsonObject | undefined {
  switch (format['type']) {
    case 'json_schema':
      return objectOf(objectOf(format['json_schema'])['schema']);
    case 'json_object':
      return {};
    default:
      return undefined;
  }
}
