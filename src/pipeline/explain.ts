import type { HeaderPairs } from '../canonical/exchange.ts';
import type { Step } from '../routing/road.ts';
import type { PipelineSettings } from './ports.ts';

/** What an answer says about the road it took. */
export interface Road {
  readonly steps: readonly Step[];
  readonly group: string;
  readonly overheadMs: number;
}

/** The explain headers of protocols.md section 6.4; none when the operator switched them off. */
export function explainHeaders({ steps, group, overheadMs }: Road, settings: PipelineSettings): HeaderPairs {
  const last = steps[steps.length - 1];
  if (!settings.explainHeaders || last === undefined) return [];
  const headers = [
    'saola-attempts',
    String(steps.length),
    'saola-route',
    routeWords(steps, group),
    'saola-overhead-ms',
    overheadMs.toFixed(2),
  ];
  if (settings.exposeProviders) headers.push('saola-provider', last.candidate.provider.provider.id);
  return headers;
}

/** Why this road: the group, then one word a step. */
export function routeWords(steps: readonly Step[], group: string): string {
  let words = `group:${group}`;
  for (const { reason } of steps) words += ` ${reason}`;
  return words;
}
