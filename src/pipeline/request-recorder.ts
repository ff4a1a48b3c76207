import type { Outcome } from '../canonical/end-state.ts';
import type { ErrorCode } from '../canonical/error.ts';
import type { HeaderPairs } from '../canonical/exchange.ts';
import type { RequestFacts } from '../protocols/facts.ts';
import { NO_USAGE, type ReplyFacts } from '../protocols/protocol.ts';
import type { Failure } from '../routing/classify-failure.ts';
import type { Step } from '../routing/road.ts';
import type { AttemptRecord, RequestRecord } from '../storage/ports/request-record.ts';
import { explainHeaders, routeWords } from './explain.ts';
import type { Call, PipelineDeps } from './ports.ts';

/** How the request ended, for its record. */
export interface RequestEnd {
  readonly outcome: Outcome;
  readonly httpStatus: number;
  readonly errorCode?: ErrorCode | undefined;
  readonly facts?: ReplyFacts | undefined;
  readonly firstByteAt?: number | undefined;
}

/** Gathers what is known of one request as it goes, and hands in exactly one record. */
export class RequestRecorder {
  facts: RequestFacts | undefined;
  modelId: string | undefined;
  group: string | undefined;
  readonly steps: Step[] = [];
  private readonly attempts: AttemptRecord[] = [];
  private readonly call: Call;
  private readonly deps: PipelineDeps;
  private readonly pathModel: string | undefined;
  /** Spent in Saola before the first attempt. */
  private overheadMs: number | undefined;
  private attemptStarted = 0;
  private done = false;

  constructor(call: Call, deps: PipelineDeps) {
    this.call = call;
    this.deps = deps;
    this.pathModel = call.pathModel;
  }

  /** An attempt starts. */
  attempt(step: Step): void {
    this.attemptStarted = this.deps.now();
    this.overheadMs ??= this.attemptStarted - this.call.request.startedMs;
    this.steps.push(step);
  }

  /** What the answer says of the road so far; nothing before the first attempt. */
  explain(): HeaderPairs {
    const { steps, group = '', overheadMs = 0 } = this;
    return explainHeaders({ steps, group, overheadMs }, this.deps.settings);
  }

  /** The running attempt ended. */
  attemptEnd(failure: Failure | undefined, upstreamRequestId: string | undefined): void {
    const step = this.steps[this.steps.length - 1];
    if (step === undefined) return;
    const { deployment } = step.candidate;
    const { request } = this.call;
    this.attempts.push({
      n: this.steps.length,
      providerId: deployment.providerId,
      providerKeyId: step.key?.id,
      deploymentId: deployment.id,
      startedAt: Math.round(request.startedAt + this.attemptStarted - request.startedMs),
      durationMs: Math.round(this.deps.now() - this.attemptStarted),
      class: failure?.class ?? 'ok',
      httpStatus: failure === undefined ? 200 : failure.httpStatus,
      reason: failure?.reason,
      upstreamRequestId,
    });
  }

  /** Hands in the record; later calls do nothing. */
  finish(end: RequestEnd): void {
    if (this.done) return;
    this.done = true;
    const { request, principal, operation } = this.call;
    const last = this.steps[this.steps.length - 1];
    const usage = end.facts?.usage ?? NO_USAGE;
    const record: RequestRecord = {
      id: request.id,
      accountId: principal.accountId,
      keyId: principal.keyId,
      protocol: operation.protocol,
      endpoint: operation.id,
      model: this.modelId ?? (this.facts?.model ?? this.pathModel ?? '').slice(0, 256),
      responseModel: end.facts?.responseModel,
      providerId: last?.candidate.deployment.providerId,
      group: this.group,
      stream: this.facts?.stream ?? false,
      httpStatus: end.httpStatus,
      outcome: end.outcome,
      errorCode: end.errorCode,
      finishReason: end.facts?.finishReason,
      quantities: usage.quantities,
      usageSource: usage.source,
      startedAt: request.startedAt,
      ttftMs: end.firstByteAt === undefined ? undefined : Math.round(end.firstByteAt - request.startedMs),
      durationMs: Math.round(this.deps.now() - request.startedMs),
      route: this.group === undefined ? '' : routeWords(this.steps, this.group),
      sessionId: this.facts?.session.sessionId,
      agentId: this.facts?.session.agentId,
      tool: this.facts?.session.tool,
      tags: tagsOf(request.headers),
      clientIp: request.remoteAddress,
      upstreamId: end.facts?.upstreamId,
      attempts: this.attempts,
    };
    this.deps.record(record, { overheadMs: this.overheadMs });
  }
}

const TAGS_MAX = 8;
const TAG_CHARS_MAX = 64;
const NO_TAGS: readonly string[] = [];

/** The `saola-tags` header: comma-separated, at most eight. */
function tagsOf(headers: readonly string[]): readonly string[] {
  const at = headers.indexOf('saola-tags');
  if (at < 0 || at % 2 !== 0) return NO_TAGS;
  const tags = (headers[at + 1] ?? '').split(',').map((tag) => tag.trim().slice(0, TAG_CHARS_MAX));
  return tags.filter((tag) => tag !== '').slice(0, TAGS_MAX);
}
