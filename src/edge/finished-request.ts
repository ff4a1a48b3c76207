import type { PipelineDeps } from '../pipeline/ports.ts';

/** What the pipeline hands in for each finished request. */
export type FinishedRequest = Parameters<PipelineDeps['record']>[0];

/** Times of a finished request that are measured but not stored. */
export type FinishedTiming = Parameters<PipelineDeps['record']>[1];
