import type { Authenticator } from '../auth/authenticator.ts';
import type { AccessLog } from '../edge/access-log.ts';
import type { LiveCatalogue } from './live-catalogue.ts';

/** What follows the store. */
export interface FollowingParts {
  readonly live: LiveCatalogue;
  readonly keys: Authenticator;
  readonly log: AccessLog;
}

/** Follows the store: catalogue and keys, once a second and whenever a command pokes. */
export class StoreLink {
  /** The last look at the store went well. */
  up = true;
  private readonly parts: FollowingParts;
  private timer: NodeJS.Timeout | undefined;

  constructor(parts: FollowingParts) {
    this.parts = parts;
  }

  /** Takes over what changed. Never rejects: a store that is away leaves what is in memory in force. */
  readonly refresh = async (): Promise<void> => {
    const { live, keys, log } = this.parts;
    try {
      await live.refresh();
      await keys.refresh();
      await keys.flushLastUsed();
      this.up = true;
    } catch (error) {
      if (this.up) log.error('the store does not answer', { component: 'store', error: String(error) });
      this.up = false;
    }
  };

  follow(everyMs: number): void {
    this.timer = setInterval(() => void this.refresh(), everyMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
