import { BadRequest } from './bad-request.ts';
import { type Call, jsonBody, pathOf } from './call.ts';
import { callFaults } from './call-faults.ts';
import { usageOf } from './control/config.ts';
import type { ErrorFamily } from './dialects/dialect.ts';
import { embeddingsBody } from './dialects/embeddings.ts';
import { listFamily, modelsBody } from './dialects/model-lists.ts';
import { statusError } from './faults/error-wording.ts';
import { splitModelName } from './faults/fault-spec.ts';
import { refused } from './generate.ts';
import { type JsonObject, objectOf, stringOf } from './json-value.ts';
import type { MockState } from './mock-state.ts';
import { type Prepared, withFaults } from './prepared-reply.ts';
import { bodyReply } from './reply/build-answer.ts';
import { type ErrorForm, errorReply } from './reply/build-error.ts';
import type { Route } from './route.ts';
import { type UsagePlan, zeroCounts } from './usage.ts';

/** How errors look here, and the state of the mock. */
export interface Place {
  readonly form: ErrorForm;
  readonly state: MockState;
}

/** Embeddings: a JSON body with usage; throws {@link BadRequest}. */
export function embeddings(call: Call, place: Place): Prepared {
  return plain(call, place, { model: undefined, encode: embeddingsBody });
}

/** Token counts: the configured prompt tokens; throws {@link BadRequest}. */
export function countTokens(call: Call, place: Place, route: Route & { type: 'count' }): Prepared {
  const encode = (_: JsonObject, usage: UsagePlan | undefined): JsonObject => {
    const tokens = usage?.prompt ?? 0;
    switch (route.form) {
      case 'anthropic':
        return { input_tokens: tokens };
      case 'responses':
        return { object: 'response.input_tokens', input_tokens: tokens };
      case 'gemini':
        return { totalTokens: tokens, promptTokensDetails: [{ modality: 'TEXT', tokenCount: tokens }] };
    }
  };
  return plain(call, place, { model: route.model, encode });
}

interface PlainEndpoint {
  /** From the path; else the body names it. */
  readonly model: string | undefined;
  encode(body: JsonObject, usage: UsagePlan | undefined): JsonObject;
}

function plain(call: Call, { form, state }: Place, endpoint: PlainEndpoint): Prepared {
  const parsed = jsonBody(call);
  const body = objectOf(parsed);
  const model = endpoint.model ?? stringOf(body['model']);
  if (parsed === undefined || model === '') {
    throw new BadRequest('you must provide a JSON body with a model parameter');
  }
  if (call.entry !== undefined) {
    call.entry.model = model;
  }
  const faults = callFaults(call, state, { model, promptSpecs: [], body });
  const { base } = splitModelName(model);
  const setting = usageOf(state.config, model, base);
  const counts = faults.alters.has('zerousage') ? zeroCounts(setting) : setting;
  const usage = faults.alters.has('nousage') ? undefined : { ...counts, big: faults.alters.has('bignum') };
  const full = { ...form, noRetry: faults.alters.has('noretry') };
  const bare =
    refused(faults, full, 'no') ??
    bodyReply(endpoint.encode(body, usage), { family: form.family, faults, extraHeaders: form.extraHeaders });
  return { reply: withFaults(bare, faults), models: [model, base], form: full };
}

/** Model lists and single models. */
export function models(call: Call, { form, state }: Place, id: string | undefined): Prepared {
  const family: ErrorFamily = listFamily(pathOf(call), call.headers);
  const faults = callFaults(call, state, { model: '', promptSpecs: [], body: {} });
  const json = modelsBody(family, state.config.models, id);
  const found =
    json === undefined
      ? errorReply(statusError(404, family), form)
      : bodyReply(json, { family, faults, extraHeaders: form.extraHeaders });
  return { reply: withFaults(refused(faults, form, 'no') ?? found, faults), models: [], form };
}
