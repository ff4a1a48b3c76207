import type { Quantities } from '../../canonical/usage.ts';
import type { RequestRecord } from './request-record.ts';

/** What to list; newest first. */
export interface RequestPage {
  readonly accountId?: string;
  /** Epoch milliseconds, by the time in the record's id. */
  readonly since?: number;
  /** Continues below this id. */
  readonly beforeId?: string;
  /** 1 to 500. */
  readonly limit: number;
}

/** By what usage may be added up. */
export type UsageDimension = 'account' | 'key' | 'model' | 'provider' | 'day' | 'session';

/** What to add up. */
export interface UsageQuery {
  readonly accountId?: string;
  /** Epoch milliseconds; from here... */
  readonly since: number;
  /** ...to before here; open if absent. */
  readonly until?: number;
  /** Clients choose the ids of sessions: without `account` beside `session`, equal ids of two accounts are one group. */
  readonly by: readonly UsageDimension[];
}

/** Sums of one group. A unit that no record of the group reported is absent. */
export interface UsageSums {
  /** One value per dimension asked for, a day as `2026-11-24` (UTC). `undefined`: the records have none. */
  readonly group: Readonly<Partial<Record<UsageDimension, string | undefined>>>;
  readonly requests: number;
  /** Requests with an error code. */
  readonly errors: number;
  readonly quantities: Quantities;
  /** Present when `session` was asked for and the group has one. */
  readonly session?: SessionSums;
}

/** What the requests of a coding session say of it. */
export interface SessionSums {
  /** `claude-code`, `codex`, ...; absent when no request told. */
  readonly tool?: string;
  /** Sub-agents that named themselves; the main agent does not. */
  readonly agents: number;
  /** When the first and the last request started, in epoch milliseconds. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** The log of requests: times, routes, tokens; no money and no content. */
export interface RequestLog {
  /** Writes a batch in one transaction; a record whose id is there already is left as it is. */
  append(records: readonly RequestRecord[]): Promise<void>;
  recent(page: RequestPage): Promise<readonly RequestRecord[]>;
  /** Only if it belongs to that account, when one is named. */
  byId(id: string, accountId?: string): Promise<RequestRecord | undefined>;
  /** In the order of the groups. */
  usage(query: UsageQuery): Promise<readonly UsageSums[]>;
}
