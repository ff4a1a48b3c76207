import { conversationOf } from './answer/conversation.ts';
import { type Directive, parseDirectives } from './answer/directives.ts';
import { planAnswer } from './answer/plan-answer.ts';
import type { RequestFacts } from './answer/request-facts.ts';
import { BadRequest } from './bad-request.ts';
import { type Call, jsonBody } from './call.ts';
import { callFaults, faultSources } from './call-faults.ts';
import { usageOf } from './control/config.ts';
import type { Dialect, PathFacts } from './dialects/dialect.ts';
import type { ActiveFaults } from './faults/active-faults.ts';
import { FAULTS, splitModelName } from './faults/fault-spec.ts';
import { objectOf } from './json-value.ts';
import type { MockState } from './mock-state.ts';
import { type Prepared, withFaults } from './prepared-reply.ts';
import { answerReply } from './reply/build-answer.ts';
import { type ErrorForm, refusal } from './reply/build-error.ts';
import type { Reply } from './reply/reply.ts';

/** Which dialect answers, what the path said, and how errors look. */
export interface Generation {
  readonly dialect: Dialect;
  readonly path: PathFacts;
  readonly form: ErrorForm;
}

/** The reply to a call for generated text; throws {@link BadRequest}. */
export function generate(call: Call, generation: Generation, state: MockState): Prepared {
  const cacheable = isCacheable(call, state);
  const cached = cacheable ? state.cache.get(call.url, call.body) : undefined;
  if (cached !== undefined) {
    return { ...cached, form: generation.form };
  }
  const facts = readFacts(call, generation);
  const conversation = conversationOf(facts.turns);
  const directives = parseDirectives(conversation.prompt);
  const faults = callFaults(call, state, faultSources(facts, faultSpecs(directives)));
  const { base } = splitModelName(facts.model);
  const models = [facts.model, base];
  const form = { ...generation.form, noRetry: faults.alters.has('noretry'), inArray: facts.stream === 'json-array' };
  const answer = () =>
    planAnswer({
      facts,
      conversation,
      directives,
      faults,
      usage: usageOf(state.config, facts.model, base),
      events: state.config.events || undefined,
      chunkChars: state.config.chunkChars || undefined,
      id: state.nextId(),
    });
  const bare =
    refused(faults, form, facts.stream) ??
    answerReply(answer(), {
      dialect: generation.dialect,
      stream: facts.stream,
      faults,
      extraHeaders: state.config.replyHeaders,
      gapMs: state.config.gapMs,
    });
  const reply = withFaults(bare, faults);
  if (faults.alters.has('stale')) {
    call.markStale();
  }
  if (cacheable && faults.main === undefined && faults.alters.size === 0) {
    state.cache.set(call.url, call.body, { reply, models });
  }
  return { reply, models, form };
}

/** Whether path and body alone decide the reply. Faults that have run out do not: their calls are no longer counted. */
function isCacheable(call: Call, state: MockState): boolean {
  return !state.log.enabled && call.headers['x-mock-fault'] === undefined && state.config.faults.length === 0;
}

function readFacts(call: Call, { dialect, path }: Generation): RequestFacts {
  const body = jsonBody(call);
  if (body === undefined) {
    throw new BadRequest('We could not parse the JSON body of your request.');
  }
  const facts = dialect.readFacts(objectOf(body), path);
  if (facts.model === '') {
    throw new BadRequest('you must provide a model parameter');
  }
  if (call.entry !== undefined) {
    call.entry.model = facts.model;
  }
  return facts;
}

function faultSpecs(directives: readonly Directive[]): string[] {
  return directives.flatMap((directive) => (directive.type === 'fault' ? [directive.spec] : []));
}

/** The reply of a fault that refuses; `undefined` when there is none. */
export function refused(faults: ActiveFaults, form: ErrorForm, stream: RequestFacts['stream']): Reply | undefined {
  const { main } = faults;
  return main !== undefined && FAULTS[main.name].kind === 'refuses'
    ? refusal(main, { ...form, retryAfterS: main.retryAfterS }, stream)
    : undefined;
}
