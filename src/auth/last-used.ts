import type { KeyStore } from '../storage/ports/key-store.ts';
import type { LoadedKey } from './key-ring.ts';

const MINUTE_MS = 60_000;

/** Which keys were used, to the minute; written to the store in batches. */
export class LastUsed {
  #pending = new Map<string, number>();

  /** A note costs two comparisons unless a new minute has begun. */
  note(entry: LoadedKey, nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (entry.lastUsedMinute >= minute) return;
    entry.lastUsedMinute = minute;
    this.#pending.set(entry.key.id, minute * MINUTE_MS);
  }

  /** Writes what was noted since the last call. On failure the notes are kept for the next one. */
  async flush(store: KeyStore): Promise<void> {
    if (this.#pending.size === 0) return;
    const batch = this.#pending;
    this.#pending = new Map();
    try {
      await store.touchLastUsed([...batch].map(([id, lastUsedAt]) => ({ id, lastUsedAt })));
    } catch (error) {
      for (const [id, at] of batch) this.#pending.set(id, Math.max(at, this.#pending.get(id) ?? 0));
      throw error;
    }
  }
}
