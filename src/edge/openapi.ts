import type { ProtocolId } from '../canonical/protocol-id.ts';
import { ERROR_SCHEMAS } from './openapi-schemas.ts';
import { ROUTES, type Route } from './route-table.ts';

const ERROR_SCHEMA_OF: Readonly<Record<ProtocolId, keyof typeof ERROR_SCHEMAS>> = {
  'openai-chat': 'OpenAiError',
  'openai-responses': 'OpenAiError',
  'anthropic-messages': 'AnthropicError',
  gemini: 'GeminiError',
};
const RESPONSE_HEADERS = {
  'saola-request-id': { $ref: '#/components/headers/RequestId' },
  'x-request-id': { $ref: '#/components/headers/RequestId' },
};
const KEY_ANYWHERE = [{ bearer: [] }, { xApiKey: [] }, { xGoogApiKey: [] }];

/** The OpenAPI 3.1 document of the API listener as JSON text, made from the route table. */
export function openapiText(version: string): string {
  return `${JSON.stringify(openapiDocument(version), undefined, 2)}\n`;
}

function openapiDocument(version: string): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Saola',
      version,
      description:
        'Bodies of model requests and answers are those of the named protocol, passed through unchanged where caller and provider speak the same one. A model id in a path may hold slashes, written as / or %2F.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: pathItems(),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        xApiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        xGoogApiKey: { type: 'apiKey', in: 'header', name: 'x-goog-api-key' },
        key: { type: 'apiKey', in: 'query', name: 'key' },
      },
      headers: { RequestId: { description: 'The id of the request, a UUIDv7.', schema: { type: 'string' } } },
      schemas: ERROR_SCHEMAS,
    },
  };
}

function pathItems(): Record<string, Record<string, object>> {
  const items: Record<string, Record<string, object>> = {};
  for (const route of ROUTES) {
    const item = items[route.path] ?? {};
    item[route.method.toLowerCase()] = operation(route);
    items[route.path] = item;
  }
  return items;
}

function operation(route: Route): object {
  const parameter = /\{(\w+)\}/.exec(route.path)?.[1];
  return {
    summary: route.summary,
    tags: [tagOf(route)],
    ...(route.operation === undefined ? {} : { 'x-saola-operation': route.operation }),
    'x-saola-counted': route.counted,
    ...(parameter === undefined
      ? {}
      : { parameters: [{ name: parameter, in: 'path', required: true, schema: { type: 'string' } }] }),
    ...(route.kind === 'inference'
      ? { requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } } }
      : {}),
    security: securityOf(route),
    responses: responsesOf(route),
  };
}

function tagOf({ kind, protocol }: Route): string {
  return kind === 'health' || kind === 'ops' || kind === 'static' ? 'operations' : protocol;
}

function securityOf({ credential, protocol }: Route): object[] {
  if (credential === 'none') return [];
  return protocol === 'gemini' ? [...KEY_ANYWHERE, { key: [] }] : KEY_ANYWHERE;
}

function responsesOf(route: Route): Record<string, object> {
  const error = {
    description: 'An error, in the shape of the protocol.',
    headers: { ...RESPONSE_HEADERS, 'saola-error-code': { schema: { $ref: '#/components/schemas/ErrorCode' } } },
    content: {
      'application/json': { schema: { $ref: `#/components/schemas/${ERROR_SCHEMA_OF[route.protocol]}` } },
    },
  };
  if (route.kind === 'not_supported') return { 501: { ...error, description: 'Not supported by this version.' } };
  const good = { description: 'The answer.', headers: RESPONSE_HEADERS, ...contentOf(route) };
  if (route.kind !== 'health') return { 200: good, default: error };
  return { 200: good, 503: { ...good, description: 'Not now; status says why.' } };
}

function contentOf({ kind, method }: Route): object {
  if (method === 'HEAD') return {};
  const json = { 'application/json': { schema: { type: 'object' } } };
  if (kind === 'ops') return { content: { 'text/plain': { schema: { type: 'string' } } } };
  if (kind !== 'inference') return { content: json };
  return { content: { ...json, 'text/event-stream': { schema: { type: 'string' } } } };
}
