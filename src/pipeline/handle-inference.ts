import { GatewayError, gatewayError } from '../canonical/error.ts';
import type { HeaderPairs } from '../canonical/exchange.ts';
import { type RequestFacts, readFacts } from '../protocols/facts.ts';
import { forwardedReplyHeaders, forwardedRequestHeaders } from '../protocols/forwarded-headers.ts';
import type { JsonBody } from '../protocols/json/json-body.ts';
import { needsUsageOption, rewriteBody } from '../protocols/rewrite.ts';
import { plan } from '../routing/plan.ts';
import { resolveModel } from '../routing/resolve-model.ts';
import { Road, type Step } from '../routing/road.ts';
import type { ModelEntry } from '../routing/snapshot.ts';
import { affinityKey } from './affinity.ts';
import { type AttemptEnd, type AttemptInput, attemptTimeouts } from './attempt.ts';
import { ClientReply } from './client-reply.ts';
import { DRAIN_TEXT, endCut, endFailed, endGone, framingOf, httpStatusOf } from './end-unserved.ts';
import { scopeOf } from './model-scope.ts';
import type { Call, PipelineDeps } from './ports.ts';
import { readJson } from './read-json.ts';
import { RequestRecorder } from './request-recorder.ts';
import { runStreamAttempt } from './stream-attempt.ts';
import { runUnaryAttempt } from './unary-attempt.ts';

/** All attempts together, before the first content. */
const FIRST_CONTENT_MS = 180_000;
const UNARY_MS = 600_000;

/** Takes one authenticated request from its bytes to the end of its answer. Never rejects. */
export async function handleInference(call: Call, deps: PipelineDeps): Promise<void> {
  const recorder = new RequestRecorder(call, deps);
  try {
    await travel(call, deps, recorder);
  } catch (error) {
    const known = error instanceof GatewayError ? error : unexpected(error);
    call.sink.onClose = undefined;
    if (!call.sink.closed) tellFailure({ call, deps, recorder }, known);
    recorder.finish({ outcome: 'refused', httpStatus: httpStatusOf(known, call), errorCode: known.code });
  }
}

/** A fault of our own after the head went out can only be told by a broken answer. */
function tellFailure({ call, deps, recorder }: Pick<Drive, 'call' | 'deps' | 'recorder'>, error: GatewayError): void {
  try {
    deps.sendError(call, error, { headers: recorder.explain() });
  } catch {
    call.sink.cut();
  }
}

async function travel(call: Call, deps: PipelineDeps, recorder: RequestRecorder): Promise<void> {
  const { operation, request, principal } = call;
  const snapshot = deps.snapshot();
  const scanned = readJson(request.body);
  const body = scanned instanceof Promise ? await scanned : scanned;
  const facts = readFacts(operation, body, { headers: request.headers, pathModel: call.pathModel });
  recorder.facts = facts;
  const model = resolveModel(snapshot, facts.model, scopeOf(principal));
  if (model instanceof GatewayError) throw model;
  recorder.modelId = model.model.id;
  const planned = plan({
    model,
    groups: principal.groups,
    need: { protocol: operation.protocol, declared: operation.declared },
    affinityKey: () => affinityKey(principal.accountId, facts, body),
    health: deps.health,
    now: deps.now(),
    rng: deps.rng,
  });
  if (planned.type === 'unsupported') throw unsupported(model, call);
  recorder.group = planned.group;
  const road = new Road(planned.routes, { health: deps.health, attemptsMax: deps.settings.attemptsMax, rng: deps.rng });
  const hops = hopsOf(request.headers);
  await drive({ call, deps, recorder, road, facts, body, hops });
}

interface Drive {
  readonly call: Call;
  readonly deps: PipelineDeps;
  readonly recorder: RequestRecorder;
  readonly road: Road;
  readonly facts: RequestFacts;
  readonly body: JsonBody;
  /** Saola gateways that the request has passed. */
  readonly hops: number;
}

/** The attempt loop: failover until content has reached the client, then the end, whatever it is. */
async function drive(drive: Drive): Promise<void> {
  const { call, deps, recorder, road, facts } = drive;
  const framing = framingOf(call);
  const reply = new ClientReply({ sink: call.sink, protocol: call.operation.protocol, framing, now: deps.now() });
  const ending = { call, deps, recorder, reply };
  if (facts.stream) reply.keepAlive();
  const deadline = call.request.startedMs + (facts.stream ? FIRST_CONTENT_MS : UNARY_MS);
  let step: Step | undefined = road.first();
  while (step !== undefined) {
    if (step.waitMs > 0) await pause(step.waitMs, reply);
    if (reply.gone !== undefined) {
      endGone(ending, undefined);
      return;
    }
    if (reply.draining) throw gatewayError('shutting_down', DRAIN_TEXT);
    recorder.attempt(step);
    const running = { candidate: step.candidate, key: step.key, retry: step.retry };
    deps.health.begin(running, deps.now());
    const input = attemptInput(drive, { step, reply, framing, leftMs: deadline - deps.now() });
    const end: AttemptEnd = facts.stream ? await runStreamAttempt(input) : await runUnaryAttempt(input);
    switch (end.type) {
      case 'delivered':
        deps.health.succeed(running, deps.now());
        recorder.attemptEnd(undefined, end.facts.upstreamId);
        end.release();
        recorder.finish({ outcome: 'complete', httpStatus: 200, facts: end.facts, firstByteAt: reply.firstByteAt });
        return;
      case 'client_gone':
        deps.health.release(running);
        recorder.attemptEnd(undefined, end.facts?.upstreamId);
        endGone(ending, end);
        return;
      case 'cut':
        if (end.failure === undefined) deps.health.release(running);
        else deps.health.fail(running, end.failure, deps.now());
        recorder.attemptEnd(end.failure, end.facts.upstreamId);
        endCut(ending, end);
        return;
      case 'failed': {
        deps.health.fail(running, end.failure, deps.now());
        recorder.attemptEnd(end.failure, undefined);
        step = deps.now() < deadline ? road.next(end.failure, deps.now()) : undefined;
        if (step === undefined) endFailed(ending, end);
        break;
      }
    }
  }
}

interface AttemptPlace {
  readonly step: Step;
  readonly reply: ClientReply;
  readonly framing: 'sse' | 'json-array';
  readonly leftMs: number;
}

function attemptInput(drive: Drive, place: AttemptPlace): AttemptInput {
  const { call, deps, facts, body, recorder } = drive;
  const { operation, request } = call;
  const { deployment, provider } = place.step.candidate;
  const target = provider.targets[operation.protocol];
  if (target === undefined) throw new Error(`no target for ${operation.protocol}`);
  const { quirks, timeouts } = provider.provider;
  const addUsageOption = needsUsageOption(operation, facts, quirks.streamUsage);
  const hops = target.vendor ? [] : ['saola-hops', String(drive.hops + 1)];
  return {
    operation,
    upstream: {
      target,
      providerKeyId: place.step.key?.id,
      method: 'POST',
      path: operation.upstreamPath(deployment.upstreamModel, request),
      headers: [...forwardedRequestHeaders(operation.protocol, request.headers, facts.stream), ...hops],
      body: rewriteBody(operation, body, { upstreamModel: deployment.upstreamModel, addUsageOption }),
      timeouts: attemptTimeouts(facts.stream, timeouts, place.leftMs),
    },
    send: deps.send,
    reply: place.reply,
    quirks,
    framing: place.framing,
    hideUsageChunk: addUsageOption,
    echoModel: deployment.echoModel ? facts.model : undefined,
    replyHeaders: (upstream: HeaderPairs) => [...forwardedReplyHeaders(upstream), ...recorder.explain()],
    now: deps.now,
  };
}

/** Waits, but not for a client that has left. */
function pause(ms: number, reply: ClientReply): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      reply.onGone = undefined;
      resolve();
    }
    reply.onGone = done;
  });
}

const HOPS_MAX = 2;

function hopsOf(headers: HeaderPairs): number {
  const at = headers.indexOf('saola-hops');
  const hops = at < 0 ? 0 : Number.parseInt(headers[at + 1] ?? '0', 10);
  if (hops > HOPS_MAX)
    throw gatewayError(
      'gateway_loop',
      `The request has passed ${hops} Saola gateways; the providers point at each other.`,
    );
  return Number.isNaN(hops) ? 0 : hops;
}

function unsupported(model: ModelEntry, { operation }: Call): GatewayError {
  const protocols = new Set(
    [...model.byGroup.values()].flat().flatMap((candidate) => Object.keys(candidate.provider.targets)),
  );
  const spoken = [...protocols].sort().join(', ');
  return gatewayError(
    'endpoint_not_supported',
    `The model \`${model.model.id}\` is not available at this endpoint (${operation.id}). Its providers speak: ${spoken}.`,
    { param: 'model' },
  );
}

function unexpected(error: unknown): GatewayError {
  const internal = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return gatewayError('internal_error', 'Saola failed at this request. It has been logged under the request id.', {
    internal,
  });
}
