import { foundation } from './0001-foundation.ts';
import { requestLog } from './0002-request-log.ts';
import type { SchemaStep } from './migration.ts';

/** Every step, in order. A released step never changes. */
export const SCHEMA_STEPS: readonly SchemaStep[] = [foundation, requestLog];
