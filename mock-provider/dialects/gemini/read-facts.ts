import type { DeclaredTool, RequestFacts, Turn } from '../../answer/request-facts.ts';
import { arrayOf, type JsonObject, objectOf, stringOf } from '../../json-value.ts';
import { contentText } from '../content-text.ts';
import type { PathFacts } from '../dialect.ts';

/** Reads a generateContent request: https://ai.google.dev/api/generate-content */
export function readFacts(body: JsonObject, path: PathFacts): RequestFacts {
  const config = objectOf(body['generationConfig']);
  return {
    model: path.model ?? '',
    stream: path.stream,
    includeUsage: true,
    turns: arrayOf(body['contents']).map(turnOf),
    tools: arrayOf(body['tools']).flatMap(toolsOf),
    forcedTool: forcedTool(objectOf(objectOf(body['toolConfig'])['functionCallingConfig'])),
    schema: schemaOf(config),
    stop: arrayOf(config['stopSequences']).map(stringOf),
    encryptedReasoning: false,
    body,
  };
}

function turnOf(raw: unknown): Turn {
  const content = objectOf(raw);
  const parts = arrayOf(content['parts']).map(objectOf);
  const responses = parts.filter((part) => 'functionResponse' in part);
  return {
    role: content['role'] === 'model' ? 'assistant' : 'user',
    text: contentText(parts.filter((part) => part['thought'] !== true)),
    results: responses.map((part) => resultText(objectOf(objectOf(part['functionResponse'])['response']))),
  };
}

function resultText(response: JsonObject): string {
  return stringOf(response['output']) || stringOf(response['error']) || JSON.stringify(response);
}

function toolsOf(raw: unknown): DeclaredTool[] {
  return arrayOf(objectOf(raw)['functionDeclarations']).map((declaration) => {
    const tool = objectOf(declaration);
    return {
      name: stringOf(tool['name']),
      namespace: undefined,
      kind: 'function',
      schema: objectOf(tool['parametersJsonSchema'] ?? tool['parameters']),
    };
  });
}

function forcedTool(config: JsonObject): string | boolean {
  return config['mode'] === 'ANY' ? stringOf(arrayOf(config['allowedFunctionNames'])[0]) || true : false;
}

function schemaOf(config: JsonObject): JsonObject | undefined {
  const schema = config['responseJsonSchema'] ?? config['responseSchema'];
  if (schema === undefined && config['responseMimeType'] !== 'application/json') {
    return undefined;
  }
  return objectOf(schema);
}
