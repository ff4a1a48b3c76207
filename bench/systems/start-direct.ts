import type { RunningSystem, SystemPlace } from './system.ts';

/** The mock provider itself: what the set-up can do when nothing stands between. */
export function startDirect({ upstreamPort }: SystemPlace): RunningSystem {
  return { name: 'direct', port: upstreamPort, pid: undefined, headers: {}, readyMs: 0, stop: async () => undefined };
}
