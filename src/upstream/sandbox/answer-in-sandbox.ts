import { anthropicCountTokens, anthropicMessages } from './anthropic-messages.ts';
import { gemini } from './gemini.ts';
import type { JsonObject } from './json-shape.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiError } from './openai-common.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiResponses } from './openai-responses.ts';
import { jsonReply, type SandboxEndpoint, type SandboxReply } from './sandbox-endpoint.ts';

const ENDPOINTS = [
  openaiChat,
  openaiCompletions,
  openaiResponses,
  anthropicMessages,
  anthropicCountTokens,
  gemini,
] as const satisfies readonly SandboxEndpoint[];

/** A target's base URL may or may not end in the version; Gemini's is part of its own pattern. */
const VERSION = /^\/v1(?=\/(?!models\/))/;

/** The sandbox's answer to a path (as appended to the base URL) and a body; never throws. */
export function answerInSandbox(path: string, body: Uint8Array): SandboxReply {
  const route = (path.split('?')[0] ?? '').replace(VERSION, '');
  const endpoint = ENDPOINTS.find((each) => each.serves(route));
  if (endpoint === undefined) return jsonReply(openaiError(404, `The sandbox has no ${route}`), { status: 404 });
  const json = parseObject(body);
  if (json === undefined) return jsonReply(endpoint.error(400, 'The body is not a JSON object'), { status: 400 });
  return endpoint.answer({ path, body: json, bodyBytes: body.byteLength, now: Math.floor(Date.now() / 1_000) });
}

function parseObject(body: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
