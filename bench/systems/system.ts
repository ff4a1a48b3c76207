/** What stands between the load generator and the mock provider. `direct` is nothing at all. */
export type SystemName = 'direct' | 'nginx' | 'bare' | 'saola';

/** What a system is started with. */
export interface SystemPlace {
  /** Port of the mock provider. */
  readonly upstreamPort: number;
  /** A folder of its own for configuration, data and logs. */
  readonly folder: string;
  /** The processors that it is pinned to. */
  readonly processors: string;
}

/** A running system. */
export interface RunningSystem {
  readonly name: SystemName;
  readonly port: number;
  /** Root of its process tree; undefined for `direct`, which has none. */
  readonly pid: number | undefined;
  /** What a caller must send along. */
  readonly headers: Readonly<Record<string, string>>;
  /** From the start of the process to the first answer that says ready, in milliseconds. */
  readonly readyMs: number;
  stop(): Promise<void>;
}
