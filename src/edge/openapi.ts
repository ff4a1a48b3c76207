import { ERRORS } from '../canonical/error.ts';
import { ROUTES, type Route } from './route-table.ts';

/** The OpenAPI document of the API listener, made from the route table. */
export function openapiText(version: string): string {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of ROUTES) {
    const item = paths[route.path] ?? {};
    item[route.method.toLowerCase()] = operationOf(route);
    paths[route.path] = item;
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Saola',
      version,
      description:
        'Inference endpoints take and give what the protocols of OpenAI, Anthropic and Gemini say; Saola adds headers and its own error codes.',
    },
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        xApiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        xGoogApiKey: { type: 'apiKey', in: 'header', name: 'x-goog-api-key' },
      },
      schemas: {
        ErrorCode: { type: 'string', enum: Object.keys(ERRORS), description: 'Sent as the header saola-error-code.' },
      },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function operationOf(route: Route): unknown {
  const parameter = /\{(\w+)\}/.exec(route.path)?.[1];
  const json = { 'application/json': { schema: { type: 'object' } } };
  return {
    summary: route.summary,
    'x-saola-protocol': route.protocol,
    ...(parameter === undefined
      ? {}
      : { parameters: [{ name: parameter, in: 'path', required: true, schema: { type: 'string' } }] }),
    ...(route.credential === 'key' ? { security: [{ bearer: [] }, { xApiKey: [] }, { xGoogApiKey: [] }] } : {}),
    ...(route.kind === 'inference' ? { requestBody: { required: true, content: json } } : {}),
    responses:
      route.kind === 'not_supported'
        ? { '501': { description: 'Not supported by this version' } }
        : {
            '200': { description: 'OK' },
            default: { description: "An error in the caller's protocol", content: json },
          },
  };
}
