import { BadRequest } from './bad-request.ts';
import { type Call, pathOf } from './call.ts';
import type { ErrorFamily } from './dialects/dialect.ts';
import { listFamily } from './dialects/model-lists.ts';
import { DIALECTS } from './dialects/registry.ts';
import { statusError, wordedError } from './faults/error-wording.ts';
import { generate } from './generate.ts';
import type { MockState } from './mock-state.ts';
import { countTokens, embeddings, models } from './plain-endpoints.ts';
import { type Prepared, withTiming } from './prepared-reply.ts';
import { type ErrorForm, errorReply } from './reply/build-error.ts';
import { type Reply, wholeReply } from './reply/reply.ts';
import type { Route } from './route.ts';

/** The reply to a call. */
export function handleCall(call: Call, route: Route, state: MockState): Reply {
  const form: ErrorForm = {
    family: familyOf(call, route),
    inArray: route.type === 'generate' && route.path.stream === 'json-array',
    retryAfterS: undefined,
    noRetry: false,
    extraHeaders: state.config.replyHeaders,
  };
  if (route.type === 'probe') {
    return wholeReply(200, ['content-type', 'text/plain'], Buffer.alloc(0));
  }
  const { keys } = state.config;
  if (keys.length > 0 && (call.key === undefined || !keys.includes(call.key))) {
    return errorReply(wordedError('badkey', form.family), form);
  }
  try {
    return withTiming(prepare(call, route, { form, state }), call, state);
  } catch (error) {
    if (error instanceof BadRequest) {
      return errorReply(statusError(400, form.family, error.message), form);
    }
    throw error;
  }
}

function prepare(call: Call, route: Route, { form, state }: { form: ErrorForm; state: MockState }): Prepared {
  switch (route.type) {
    case 'generate':
      return generate(call, { dialect: DIALECTS[route.dialect], path: route.path, form }, state);
    case 'embeddings':
      return embeddings(call, { form, state });
    case 'count':
      return countTokens(call, { form, state }, route);
    case 'models':
      return models(call, { form, state }, route.id);
    case 'websocket': {
      const error = statusError(state.config.webSocketStatus, 'openai');
      const reply = errorReply(error, { ...form, extraHeaders: [...form.extraHeaders, ['connection', 'close']] });
      return { reply, models: [], form };
    }
    case 'probe':
    case 'unknown':
      return { reply: errorReply(statusError(404, form.family, `Not found: ${call.url}`), form), models: [], form };
  }
}

function familyOf(call: Call, route: Route): ErrorFamily {
  switch (route.type) {
    case 'generate':
      return DIALECTS[route.dialect].family;
    case 'count':
      return route.form === 'responses' ? 'openai' : route.form;
    case 'embeddings':
    case 'websocket':
      return 'openai';
    default:
      return listFamily(pathOf(call), call.headers);
  }
}
