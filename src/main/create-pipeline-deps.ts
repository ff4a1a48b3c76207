import type { AccessLog } from '../edge/access-log.ts';
import type { Metrics } from '../edge/metrics.ts';
import { sendCallError } from '../edge/send-error.ts';
import { randomUnit } from '../lib/random-unit.ts';
import type { PipelineDeps, PipelineSettings } from '../pipeline/ports.ts';
import type { RequestLogWriter } from '../storage/request-log-writer.ts';
import type { LiveCatalogue } from './live-catalogue.ts';

/** What the pipeline is given. */
export interface PipelineParts extends Pick<PipelineDeps, 'health' | 'send'> {
  /** Read for each request, so that a reload counts at once. */
  readonly settings: () => PipelineSettings;
  readonly live: LiveCatalogue;
  readonly requestLog: RequestLogWriter;
  readonly metrics: Metrics;
  readonly log: AccessLog;
}

/** Joins the pipeline to the catalogue, the upstream layer and everything that keeps a record. */
export function createPipelineDeps({
  settings,
  live,
  health,
  send,
  requestLog,
  metrics,
  log,
}: PipelineParts): PipelineDeps {
  return {
    snapshot: live.snapshot,
    health,
    send,
    now: () => performance.now(),
    rng: randomUnit,
    get settings() {
      return settings();
    },
    sendError: (call, error, extras) => {
      // A refusal that passes as the provider said it is the caller's matter.
      if (error.internal !== undefined && extras.verbatim === undefined)
        log.warn(error.message, { request_id: call.request.id, error: error.internal });
      sendCallError(call, error, extras);
    },
    record: (record, timing) => {
      requestLog.append(record);
      log.request(record, timing);
      metrics.observe(record, timing);
    },
  };
}
