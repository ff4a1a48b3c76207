import type { ServerResponse } from 'node:http';
import { type LogEntry, nowMs } from './control/request-log.ts';
import type { MockState } from './mock-state.ts';
import type { SendObserver } from './reply/send-observer.ts';

/** What the log and the counters are told of a reply. */
export interface Observed extends SendObserver {
  status(status: number): void;
}

/** Follows a reply to its end and notes whether the client waited for it. */
export function observeReply(res: ServerResponse, entry: LogEntry | undefined, state: MockState): Observed {
  const { stats, signal } = state;
  let brokenByUs = false;
  stats.requests += 1;
  stats.activeRequests += 1;
  res.once('close', () => {
    stats.activeRequests -= 1;
    const aborted = !res.writableFinished && !brokenByUs;
    if (aborted) {
      stats.aborted += 1;
    }
    if (entry !== undefined) {
      entry.endedAtMs = nowMs();
      entry.abortedAtMs = aborted ? entry.endedAtMs : undefined;
    }
    signal.changed();
  });
  return {
    status(status) {
      if (entry !== undefined) {
        entry.status = status;
      }
    },
    sent(bytes) {
      stats.bytesSent += bytes;
      if (entry !== undefined) {
        entry.bytesSent += bytes;
      }
    },
    broken() {
      brokenByUs = true;
    },
  };
}
