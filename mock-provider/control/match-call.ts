import type { CallMatch } from './config.ts';

/** What rules can match of a call. */
export interface CallNames {
  readonly key: string | undefined;
  /** The model as it was asked for, and without its fault suffix. */
  readonly models: readonly string[];
  /** Without query. */
  readonly path: string;
}

/** `true` when everything that the rule names is so. */
export function matchesCall(rule: CallMatch, { key, models, path }: CallNames): boolean {
  return (
    (rule.key === undefined || rule.key === key) &&
    (rule.model === undefined || models.includes(rule.model)) &&
    (rule.path === undefined || path.endsWith(rule.path))
  );
}
