import type { DeclaredTool, RequestFacts, Turn } from '../../answer/request-facts.ts';
import { arrayOf, type JsonObject, objectOf, stringOf } from '../../json-value.ts';
import { contentText } from '../content-text.ts';

/** Reads a Responses request: https://platform.openai.com/docs/api-reference/responses/create */
export function readFacts(body: JsonObject): RequestFacts {
  const input = body['input'];
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : arrayOf(input).map(objectOf);
  // Codex's "lite" shape declares its tools inside the input.
  const inner = items.filter((item) => item['type'] === 'additional_tools').flatMap((item) => arrayOf(item['tools']));
  return {
    model: stringOf(body['model']),
    stream: body['stream'] === true ? 'sse' : 'no',
    includeUsage: true,
    turns: items.map(turnOf),
    tools: [...arrayOf(body['tools']), ...inner].flatMap((tool) => toolsOf(tool, undefined)),
    forcedTool: forcedTool(body['tool_choice']),
    schema: schemaOf(objectOf(objectOf(body['text'])['format'])),
    stop: [],
    encryptedReasoning: arrayOf(body['include']).includes('reasoning.encrypted_content'),
    body,
  };
}

function turnOf(item: JsonObject): Turn {
  switch (item['type']) {
    case 'function_call_output':
    case 'custom_tool_call_output':
    case 'local_shell_call_output':
      return { role: 'other', text: '', results: [contentText(item['output'])] };
    case 'function_call':
    case 'custom_tool_call':
      return { role: 'assistant', text: '', results: [] };
    case undefined:
    case 'message': {
      const role = item['role'] === 'user' || item['role'] === 'assistant' ? item['role'] : 'other';
      return { role, text: contentText(item['content']), results: [] };
    }
    default:
      return { role: 'other', text: '', results: [] };
  }
}

function toolsOf(raw: unknown, namespace: string | undefined): DeclaredTool[] {
  const tool = objectOf(raw);
  const name = stringOf(tool['name']);
  switch (tool['type']) {
    case 'function':
      return [{ name, namespace, kind: 'function', schema: objectOf(tool['parameters']) }];
    case 'custom':
      return [{ name, namespace, kind: 'custom', schema: {} }];
    case 'namespace':
      return arrayOf(tool['tools']).flatMap((inner) => toolsOf(inner, name));
    default:
      return [];
  }
}

function forcedTool(choice: unknown): string | boolean {
  return stringOf(objectOf(choice)['name']) || choice === 'required';
}

function schemaOf(format: JsonObject): JsonObject | undefined {
  switch (format['type']) {
    case 'json_schema':
      return objectOf(format['schema']);
    case 'json_object':
      return {};
    default:
      return undefined;
  }
}
